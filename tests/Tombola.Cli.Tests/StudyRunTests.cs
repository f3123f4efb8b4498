using System.Text.RegularExpressions;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed partial class StudyRunTests : IDisposable
{
    private static readonly string[] Small = ["study", "run", "quickstart", "--steps", "30it", "--levels", "2", "--replicates", "2", "--set", "subsample=300", "--set", "points=5", "--json"];
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void A_study_prints_one_object_writes_a_report_and_is_answered_from_the_store_the_second_time()
    {
        var first = _sandbox.Json(Small);
        Assert.Equal("quickstart", first.GetProperty("study").GetString());
        Assert.Equal("lenet-glyphs", first.GetProperty("preset").GetString());
        Assert.Equal("paper", first.GetProperty("scale").GetString());
        Assert.True(first.GetProperty("seconds").GetDouble() > 0);
        Assert.NotEmpty(first.GetProperty("verdict").GetString()!);
        var rows = first.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal([(0, "imp"), .. from level in new[] { 1, 2 } from mask in new[] { "imp", "random-pruning", "random-reinitialisation" } select (level, mask)],
            rows.Select(row => (row.GetProperty("level").GetInt32(), row.GetProperty("kind").GetString()!)));
        foreach (var row in rows)
        {
            Assert.Equal(2, row.GetProperty("replicates").GetInt32());
            Assert.Equal(Math.Pow(0.8, row.GetProperty("level").GetInt32()), row.GetProperty("density").GetDouble(), 0.01);
            var accuracy = row.GetProperty("testAccuracy");
            Assert.InRange(accuracy.GetProperty("mean").GetDouble(), 0.0, 1);
            Assert.InRange(accuracy.GetProperty("sd").GetDouble(), 0.0, 1);
            Assert.InRange(accuracy.GetProperty("mean").GetDouble(), accuracy.GetProperty("low").GetDouble(), accuracy.GetProperty("high").GetDouble());
            var measured = row.GetProperty("kind").GetString() == "imp" ? JsonValueKind.Object : JsonValueKind.Null;
            Assert.Equal(measured, row.GetProperty("barrier").ValueKind);
            Assert.Equal(measured, row.GetProperty("chordBarrier").ValueKind);
            Assert.Equal(measured == JsonValueKind.Null, row.GetProperty("stable").ValueKind == JsonValueKind.Null);
            Assert.Equal(row.GetProperty("level").GetInt32() == 0, row.GetProperty("matching").ValueKind == JsonValueKind.Null);
            if (row.GetProperty("level").GetInt32() > 0) Assert.Contains(row.GetProperty("matching").GetString(), new[] { "yes", "no", "undecided" });
        }

        // Seven networks of two replicates: those of IMP have two copies.
        var tickets = first.GetProperty("tickets").EnumerateArray().ToArray();
        Assert.Equal(2 * ((3 * 2) + (2 * 2)), tickets.Length);
        Assert.All(tickets, ticket => Assert.True(File.Exists(Path.Combine(_sandbox.StorePath, ticket.GetProperty("trainedFile").GetString()!))));

        var report = File.ReadAllText(first.GetProperty("report").GetString()!);
        Assert.StartsWith("<!doctype html>", report, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(OutsideResource(), report);
        Assert.Empty(StoreFolder.Partial(_sandbox.StorePath));
        Assert.Empty(Directory.GetFiles(Path.Combine(_sandbox.StorePath, "claims")));
        StoreFolder.AssertSound(_sandbox.StorePath);

        var before = WriteTimes();
        var second = _sandbox.Json(Small);
        Assert.Equal(first.GetProperty("rows").GetRawText(), second.GetProperty("rows").GetRawText());
        Assert.Equal(first.GetProperty("report").GetString(), second.GetProperty("report").GetString());
        Assert.Equal(before, WriteTimes());
    }

    [Theory]
    [InlineData("lmc/fig2", "--at", "0,10it")]
    [InlineData("lmc/fig2", "--levels", "3")]
    [InlineData("lmc/fig6", "--rewind", "5it")]
    [InlineData("quickstart", "--batch-norm", "recalibrate")]
    public void An_option_that_a_study_has_no_use_for_is_refused(string study, string option, string value)
    {
        string[] small = ["--preset", "lenet-glyphs", "--set", "subsample=300", "--steps", "30it", option, value];
        _sandbox.RunHere(["study", study == "quickstart" ? "run" : "show", study, .. small]).FailsWith(2, $"The study {study} makes no use of {option}");
        Assert.False(Directory.Exists(_sandbox.StorePath));
    }

    /// <summary>One other value that comes to the same is no proof.</summary>
    [Theory]
    [InlineData("scale/fig5", "--rewind", "10it")]
    [InlineData("lmc/fig6", "--levels", "18")]
    [InlineData("lmc/fig6", "--at", "0,5000it")]
    [InlineData("lmc/fig6", "--at", "0,0")]
    public void An_option_that_a_study_looks_at_is_taken_whatever_its_value(string study, string option, string value) =>
        Assert.Equal(0, _sandbox.RunHere("study", "show", study, "--preset", "lenet-glyphs", "--set", "subsample=300", "--steps", "500it", option, value).Code);

    [Fact]
    public void Who_asks_for_copies_gets_them_and_the_report_says_so()
    {
        var result = _sandbox.JsonHere("study", "run", "quickstart", "--steps", "30it", "--levels", "1", "--replicates", "1", "--copies", "3", "--set", "subsample=300", "--set", "points=5", "--json");
        Assert.All(result.GetProperty("rows").EnumerateArray(), row => Assert.Equal(3, row.GetProperty("copies").GetInt32()));
        Assert.Contains("1 replicates, 3 copies of every network", File.ReadAllText(result.GetProperty("report").GetString()!), StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_and_the_width_of_registers_do_not_change_a_bit()
    {
        string[] study = ["quickstart", "--steps", "60it", "--levels", "2", "--replicates", "1", "--set", "subsample=300", "--set", "points=5", "--json"];
        var alone = _sandbox.Json([.. study, "--workers", "1", "--store", _sandbox.At("one")]);
        var three = _sandbox.Json([.. study, "--workers", "3", "--store", _sandbox.At("three")]);
        using var narrow = new Child(Child.Program, [Child.Assembly, .. study, "--workers", "2", "--store", _sandbox.At("narrow")], _sandbox.Environment(("DOTNET_EnableAVX512", "0")));
        var ended = narrow.End();
        Assert.True(ended.Code == 0, ended.ToString());

        var sums = StoreFolder.Sums(_sandbox.At("one"));
        Assert.NotEmpty(sums);
        Assert.Equal(sums, StoreFolder.Sums(_sandbox.At("three")));
        Assert.Equal(sums, StoreFolder.Sums(_sandbox.At("narrow")));
        Assert.Equal(alone.GetProperty("rows").GetRawText(), three.GetProperty("rows").GetRawText());
        Assert.Equal(alone.GetProperty("rows").GetRawText(), ended.Json().GetProperty("rows").GetRawText());
    }

    [Fact]
    public void Another_seed_gives_other_jobs()
    {
        string[] study = ["quickstart", "--steps", "5it", "--levels", "1", "--replicates", "1", "--set", "subsample=300", "--set", "points=5", "--json"];
        var first = _sandbox.JsonHere(study);
        var before = StoreFolder.Entries(_sandbox.StorePath).Length;
        var other = _sandbox.JsonHere([.. study, "--seed", "2"]);
        Assert.Equal(2 * before, StoreFolder.Entries(_sandbox.StorePath).Length);
        Assert.NotEqual(first.GetProperty("rows").GetRawText(), other.GetProperty("rows").GetRawText());
    }

    [Fact]
    public void Two_processes_share_the_work_on_one_store()
    {
        using var one = _sandbox.Start(Small);
        using var two = _sandbox.Start(Small);
        var (first, second) = (one.End(), two.End());
        Assert.True(first.Code == 0, first.ToString());
        Assert.True(second.Code == 0, second.ToString());
        Assert.Equal(first.Json().GetProperty("rows").GetRawText(), second.Json().GetProperty("rows").GetRawText());
        Assert.Empty(StoreFolder.Partial(_sandbox.StorePath));
        Assert.Empty(Directory.GetFiles(Path.Combine(_sandbox.StorePath, "claims")));
        StoreFolder.AssertSound(_sandbox.StorePath);

        // Had a job been computed twice, repairing would find nothing either, but the second's entry could not have been put in place.
        var before = WriteTimes();
        _sandbox.Json([.. Small, "--repair"]);
        Assert.Equal(before, WriteTimes());
        Assert.False(Directory.Exists(Path.Combine(_sandbox.StorePath, "damaged")));
    }

    public void Dispose() => _sandbox.Dispose();

    private string WriteTimes() => string.Join('\n', StoreFolder.Entries(_sandbox.StorePath).Select(entry => $"{entry} {Directory.GetLastWriteTimeUtc(entry):O}"));

    [GeneratedRegex("""(src|href)\s*=\s*["']?(https?:)?//|@import|<link[^>]+stylesheet|url\(["']?http""", RegexOptions.IgnoreCase)]
    private static partial Regex OutsideResource();
}
