using System.Text;
using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>A folder of files that were taken away, with a <c>README.md</c> that says of each what it is and how PyTorch loads it.</summary>
internal static class ExportFolder
{
    /// <summary>Name of the file that says what is there.</summary>
    public const string Readme = "README.md";

    private const string Title = "# Networks from Tombola\n", Section = "\n## ";
    private const int LongestReadme = 10_000_000;

    private const string Introduction = """

        `model` is a PyTorch network whose parameters have the names of OpenLTH, and `images` a tensor [N, channels, rows, columns]. What its pixels
        are stands under `pixels`: `unit`, from 0 to 1; or `standard`, less the mean and divided by the standard deviation of their channel.
        Every file names in its metadata what it is; a `trained` network is the end of a training, a `rewound` one its start.

        """;

    /// <summary>Writes a file, whole or not at all, and its section of the README.</summary>
    /// <returns>Path of the file.</returns>
    /// <exception cref="InvalidDataException">The folder has a README of somebody else's.</exception>
    public static string Write(string directory, string name, ExportFormat format, ExportContent content)
    {
        format.Demand(content.State is null);
        if (File.Exists(directory)) throw new IOException($"{directory} is a file. Name a folder with --out DIR.");
        GivenPlace.Writing(directory, () => Directory.CreateDirectory(directory));
        var (readme, file) = (Path.Combine(directory, Readme), name + format.Ending);
        var sections = new SortedDictionary<string, string>(Sections(readme).ToDictionary(), StringComparer.Ordinal) { [file] = SectionOf(file, format, content) };
        var path = Path.Combine(directory, file);
        GivenPlace.Writing(path, () => WholeFile.Write(path, stream => format.Write(stream, content)));
        GivenPlace.Writing(readme, () => WholeFile.Write(readme, stream => stream.Write(Encoding.UTF8.GetBytes(Title + Introduction + string.Concat(sections.Values.Select(section => Section + section))))));
        return path;
    }

    private static IEnumerable<KeyValuePair<string, string>> Sections(string readme)
    {
        if (!Path.Exists(readme)) return [];
        var text = Encoding.UTF8.GetString(RegularFile.ReadAll(readme, LongestReadme));
        return text.StartsWith(Title, StringComparison.Ordinal)
            ? text.Split(Section)[1..].Select(section => KeyValuePair.Create(section.Split('\n')[0], section))
            : throw new InvalidDataException($"{readme}: the file is not one that an export wrote, and is not overwritten. Name another folder with --out DIR.");
    }

    private static string SectionOf(string file, ExportFormat format, ExportContent content) => $"""
        {file}

        {string.Join(", ", content.Metadata.Select(fact => $"{fact.Key} {Printable.Name(fact.Value)}"))}

        ```python
        {string.Join('\n', format.Python(file, content.State is null))}
        ```

        """;
}
