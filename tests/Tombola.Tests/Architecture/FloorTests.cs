using System.Text.RegularExpressions;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Architecture;

/// <summary>The house has floors; a room may use its own floor and those below.</summary>
public sealed partial class FloorTests
{
    private const int MostFiles = 20;

    internal static string Root { get; } = FindRoot();

    /// <summary>What each folder of the library may use besides itself and the engine.</summary>
    private static readonly Dictionary<string, string[]> Library = new()
    {
        ["Interchange"] = [],
        ["Data"] = ["Interchange"],
        ["Training"] = ["Data"],
        ["Pruning"] = ["Training"],
        ["Landscape"] = ["Data", "Training"],
        ["Jobs"] = ["Interchange", "Data", "Training", "Pruning", "Landscape"],
        ["Reporting"] = [],
        ["Presets"] = ["Data", "Training", "Pruning", "Landscape", "Reporting"],
        ["Studies"] = ["Interchange", "Data", "Training", "Pruning", "Landscape", "Jobs", "Reporting", "Presets"],
        ["Measuring"] = ["Interchange", "Data", "Training", "Pruning", "Landscape", "Jobs", "Reporting", "Presets", "Studies"],
        ["Papers"] = ["Interchange", "Data", "Training", "Pruning", "Landscape", "Jobs", "Reporting", "Presets", "Studies"],
    };

    /// <summary>The same for the engine.</summary>
    private static readonly Dictionary<string, string[]> Engine = new()
    {
        ["Foreign"] = [],
        ["Naming"] = [],
        ["Numerics"] = [],
        ["Memory"] = ["Naming", "Numerics"],
        ["Networks"] = ["Foreign", "Naming", "Numerics"],
        ["Execution"] = ["Memory", "Naming", "Numerics", "Networks"],
    };

    /// <summary>The same within the part of the engine that computes on a processor.</summary>
    private static readonly Dictionary<string, string[]> Cpu = new()
    {
        ["Kernels"] = [],
        ["Passes"] = ["Kernels"],
        ["Planning"] = ["Kernels", "Passes"],
    };

    public static TheoryData<string> LibraryFolders => [.. Library.Keys];

    /// <summary>Nothing in the engine lies above execution.</summary>
    public static TheoryData<string> EngineFolders => [.. Engine.Keys.Where(folder => folder != "Execution")];

    [Fact]
    public void Every_folder_has_its_place_in_the_house()
    {
        Assert.Equal(Library.Keys.Order(), Folders("Tombola"));
        Assert.Equal(Engine.Keys.Order(), Folders("Tombola.Engine"));
    }

    [Theory]
    [MemberData(nameof(LibraryFolders))]
    public void The_library_uses_nothing_from_a_higher_floor(string folder)
    {
        string[] forbidden = [.. Library.Keys.Append("Cli").Append("Dashboard").Except(Library[folder]).Where(other => other != folder)];
        Assert.Empty(Mentions(Path.Combine("Tombola", folder), "Tombola", forbidden));
    }

    [Theory]
    [MemberData(nameof(EngineFolders))]
    public void The_engine_uses_nothing_from_a_higher_floor(string folder)
    {
        string[] forbidden = [.. Engine.Keys.Except(Engine[folder]).Where(other => other != folder)];
        Assert.Empty(Mentions(Path.Combine("Tombola.Engine", folder), "Tombola.Engine", forbidden));
    }

    [Theory]
    [InlineData("Kernels")]
    [InlineData("Passes")]
    public void The_processor_s_rooms_use_nothing_from_a_higher_floor(string folder)
    {
        string[] forbidden = [.. Cpu.Keys.Except(Cpu[folder]).Where(other => other != folder)];
        Assert.Empty(Mentions(Path.Combine("Tombola.Engine", "Execution", "Cpu", folder), "Tombola.Engine.Execution.Cpu", forbidden));
    }

    /// <summary>A program that trains networks need not carry what times them.</summary>
    [Fact]
    public void Nothing_but_the_command_line_uses_the_benchmarks() =>
        Assert.Empty(Mentions("Tombola", "Tombola", ["Benchmarks"]).Concat(Mentions("Tombola.Engine", "Tombola", ["Benchmarks"])).Concat(Mentions("Tombola.Dashboard", "Tombola", ["Benchmarks"])));

    [Fact]
    public void No_folder_is_an_attic() => Assert.DoesNotContain(
        new[] { "src", "tests", "bench", "samples" }.SelectMany(Within).GroupBy(file => Path.GetDirectoryName(file)), folder => folder.Count() > MostFiles);

    [Fact]
    public void The_engine_knows_nothing_of_the_laboratory() =>
        Assert.Empty(Mentions("Tombola.Engine", "Tombola", [.. Library.Keys, "Cli", "Dashboard"]));

    [Fact]
    public void The_search_finds_what_it_looks_for()
    {
        // Studies do use jobs, or the tests above would pass for want of sight.
        Assert.NotEmpty(Mentions(Path.Combine("Tombola", "Studies"), "Tombola", ["Jobs"]));
        Assert.NotEmpty(Mentions(Path.Combine("Tombola.Engine", "Execution"), "Tombola.Engine", ["Networks"]));
        Assert.NotEmpty(Mentions(Path.Combine("Tombola", "Jobs"), "Tombola", ["Training"]));
    }

    /// <summary>Folders within a room are shelves: a user of the room finds all of it in one namespace.</summary>
    [Fact]
    public void Every_file_is_in_the_namespace_of_its_room() => Assert.DoesNotContain(Sources(""), file =>
    {
        // A program starts in no namespace.
        var folder = Path.GetRelativePath(Path.Combine(Root, "src"), Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
        return NamespaceLine().Match(Code(file)) is { Success: true } found && folder != found.Groups[1].Value && !(IsRoom(found.Groups[1].Value) && folder.StartsWith(found.Groups[1].Value + ".", StringComparison.Ordinal));
    });

    [Fact]
    public void Unsafe_code_lives_in_the_kernels_and_in_memory_only()
    {
        var places = Sources("").Where(file => UnsafeWord().IsMatch(Code(file))).Select(file => NamespaceLine().Match(Code(file)).Groups[1].Value).Distinct().Order();
        Assert.Equal(["Tombola.Engine.Execution.Cpu.Kernels", "Tombola.Engine.Memory"], places);
    }

    [Fact]
    public void The_library_does_not_write_to_the_console() =>
        Assert.DoesNotContain(Sources("Tombola").Concat(Sources("Tombola.Engine")), file => Code(file).Contains("Console.", StringComparison.Ordinal));

    /// <summary>Files that name one of the namespaces, whether in full or, as code inside may, from the last word on.</summary>
    private static List<string> Mentions(string folder, string parent, string[] names)
    {
        var words = string.Join('|', names);

        // A property called Data is no namespace, so that word only counts with its parent's name.
        var bare = string.Join('|', names.Where(name => name != "Data"));
        var pattern = new Regex($@"\b{Regex.Escape(parent)}\.({words})\b|(?<![\w.""])({bare})\.[A-Z]");
        return [.. Sources(folder).Where(file => pattern.IsMatch(Code(file))).Select(file => $"{Path.GetRelativePath(Root, file)}: {pattern.Match(Code(file)).Value}")];
    }

    /// <summary>A folder of a project, or one of the rooms in which a processor computes.</summary>
    private static bool IsRoom(string name) => name.Split('.').Length >= (name.StartsWith("Tombola.Engine.", StringComparison.Ordinal) ? 3 : 2);

    private static IEnumerable<string> Sources(string folder) => Within(Path.Combine("src", folder));

    private static IEnumerable<string> Within(string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any());

    private static IEnumerable<string?> Folders(string project) =>
        Directory.GetDirectories(Path.Combine(Root, "src", project)).Select(Path.GetFileName).Except(["bin", "obj"]).Order();

    /// <summary>A file's text without comments.</summary>
    private static string Code(string file) => Comment().Replace(File.ReadAllText(file), "");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tombola.slnx"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has Tombola.slnx.");
    }

    [GeneratedRegex(@"(?<!:)//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    /// <remarks>A page's security policy has words such as 'unsafe-inline'.</remarks>
    [GeneratedRegex(@"\bunsafe\b(?!-)")]
    private static partial Regex UnsafeWord();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
