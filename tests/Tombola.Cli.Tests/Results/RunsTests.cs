using Tombola.Cli.Tests.Trust;
using Tombola.Reporting;

namespace Tombola.Cli.Tests.Results;

/// <summary>Finding results in a store and cleaning it, on the command line.</summary>
public sealed class RunsTests : IDisposable
{
    private static readonly string[] Setting = [.. SmallStudy.Command[3..^1]];
    private readonly Sandbox _sandbox = new();

    public RunsTests() => SmallStudy.Undisturbed.WriteTo(_sandbox.StorePath);

    [Fact]
    public void Entries_are_found_by_kind_level_numbers_and_study()
    {
        Assert.Equal(14, List().Length);
        Assert.Equal(6, List("--kind", "train").Length);
        Assert.All(List("--kind", "train", "--level", "1"), entry => Assert.Equal((1, 0.8), (entry.GetProperty("level").GetInt32(), entry.GetProperty("density").GetDouble())));
        var best = List("--kind", "train").Max(entry => entry.GetProperty("accuracy").GetDouble());
        var found = Assert.Single(List("--where", FormattableString.Invariant($"accuracy>={best}")));
        Assert.Equal((best, 40), (found.GetProperty("accuracy").GetDouble(), found.GetProperty("step").GetInt32()));
        Assert.Empty(List("--where", FormattableString.Invariant($"accuracy>{best}")));
        Assert.All(List(), entry => Assert.Equal(("quickstart", 0), (Assert.Single(entry.GetProperty("studies").EnumerateArray()).GetString(), entry.GetProperty("replicate").GetInt32())));
        Assert.Equal(List().Length, List(["--study", "quickstart", .. Setting]).Length);
        var dense = List(["--study", "lmc/fig2", "--preset", "lenet-glyphs", .. Setting]);
        Assert.Equal(["compare", "initialise", "path", "train", "train"], dense.Select(entry => entry.GetProperty("job").GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
        Assert.Contains("5 entries of 14", _sandbox.RunHere(["runs", "list", "--study", "lmc/fig2", "--preset", "lenet-glyphs", .. Setting]).Output, StringComparison.Ordinal);

        // Asked for in another way than it was run, it has nothing here.
        Assert.Contains("Of quickstart, asked for in this way, there is nothing. Give the options that its run had", _sandbox.RunHere(["runs", "list", "--study", "quickstart", .. Setting, "--seed", "9"]).Output, StringComparison.Ordinal);
        Assert.Contains("there are 14 entries, to which the other conditions do not apply", _sandbox.RunHere(["runs", "list", "--study", "quickstart", .. Setting, "--level", "7"]).Output, StringComparison.Ordinal);

        JsonElement[] List(params string[] options) => [.. _sandbox.JsonHere(["runs", "list", .. options, "--json"]).EnumerateArray()];
    }

    [Fact]
    public void Trainings_come_as_csv_with_a_line_each()
    {
        var ended = _sandbox.RunHere("runs", "list", "--csv", "--where", "density<1");
        Assert.True(ended.Code == 0, ended.ToString());
        using var text = new StringReader(ended.Output);
        var rows = Csv.Read(text);
        Assert.Equal(5, rows.Count);
        Assert.Equal(("40it", "quickstart", "0"), (Of("steps"), Of("studies"), Of("replicate")));

        string Of(string name) => rows[1][rows[0].ToList().IndexOf(name)];
    }

    [Fact]
    public void A_store_is_cleaned_once_somebody_says_yes()
    {
        var told = _sandbox.JsonHere("runs", "clean", "--days", "0", "--json");
        Assert.Equal((false, 14), (told.GetProperty("removed").GetBoolean(), told.GetProperty("entries").GetArrayLength()));
        Assert.Contains("Nothing was removed. With --yes they are.", _sandbox.RunHere("runs", "clean", "--days", "0").Output, StringComparison.Ordinal);
        Assert.Equal(SmallStudy.Undisturbed.Sums, StoreFolder.Sums(_sandbox.StorePath));
        Assert.Contains("0 entries", _sandbox.RunHere("runs", "clean", "--days", "1", "--yes").Output, StringComparison.Ordinal);
        Assert.Equal(SmallStudy.Undisturbed.Sums, StoreFolder.Sums(_sandbox.StorePath));
        var removed = _sandbox.RunHere("runs", "clean", "--days", "0", "--yes");
        Assert.Contains("14 entries", removed.Output, StringComparison.Ordinal);
        Assert.Empty(StoreFolder.Entries(_sandbox.StorePath));
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(_sandbox.StorePath, "reports")));
        SmallStudy.Undisturbed.IsCompletedIn(_sandbox);
    }

    [Theory]
    [InlineData("list --where accurcy>1", "Did you mean accuracy?")]
    [InlineData("list --where loss", "compares nothing")]
    [InlineData("list --kind trian", "Did you mean train?")]
    [InlineData("list --preset lenet-glyphs", "--preset is for --study NAME")]
    [InlineData("list --study quickstrt", "Did you mean quickstart?")]
    [InlineData("list --csv --json", "two answers")]
    [InlineData("clean", "--days")]
    [InlineData("clean --days -1", "The number of days is -1")]
    public void What_cannot_be_is_refused(string command, string part) => _sandbox.RunHere(["runs", .. command.Split(' ')]).FailsWith(2, part);

    public void Dispose() => _sandbox.Dispose();
}
