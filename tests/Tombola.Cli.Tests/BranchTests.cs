using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed class BranchTests : IDisposable
{
    private static readonly string[] Small = ["branch", "--steps", "30it", "--level", "1", "--replicates", "1", "--copies", "2", "--set", "subsample=300", "--set", "points=5"];
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void A_branch_is_compared_with_its_ticket_and_shares_it_with_studies()
    {
        _sandbox.JsonHere("quickstart", "--steps", "30it", "--levels", "1", "--replicates", "1", "--set", "subsample=300", "--set", "points=5", "--json");
        var before = StoreFolder.Entries(_sandbox.StorePath).Length;
        string[] command = [.. Small, "--weights", "shuffled-signs", "--retrain", "learningRate=0.01", "--json"];
        var result = _sandbox.JsonHere(command);
        Assert.Equal(("branch", "lenet-glyphs"), (result.GetProperty("study").GetString(), result.GetProperty("preset").GetString()));
        Assert.Equal([(0, "imp"), (1, "imp"), (1, "branch")], result.GetProperty("rows").EnumerateArray().Select(row => (row.GetProperty("level").GetInt32(), row.GetProperty("kind").GetString()!)));
        Assert.True(result.GetProperty("rows")[2].GetProperty("ticketL2").GetProperty("mean").GetDouble() > 0);
        Assert.Contains("shuffled-signs", result.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Contains("learningRate 0.01 instead of 0.0012", result.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.True(File.Exists(result.GetProperty("report").GetString()));

        // What the ticket's study lacks: the signs, two copies, their path and distance, and two distances to the ticket.
        Assert.Equal(before + 7, StoreFolder.Entries(_sandbox.StorePath).Length);
        Assert.Equal(result.GetProperty("rows").GetRawText(), _sandbox.JsonHere(command).GetProperty("rows").GetRawText());
        Assert.Equal(before + 7, StoreFolder.Entries(_sandbox.StorePath).Length);
    }

    [Fact]
    public void A_person_gets_three_rows_and_a_verdict()
    {
        var ended = _sandbox.RunHere([.. Small, "--mask", "shuffled"]);
        Assert.True(ended.Code == 0, ended.ToString());
        foreach (var part in new[] { " dense ", " ticket ", " branch ", "Retrained with ", "Report: " }) Assert.Contains(part, ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_that_is_made_at_once_can_be_shared_out_in_another_way()
    {
        var result = _sandbox.JsonHere([.. Small, "--mask", "random-at-start", "--distribution", "erk", "--json"]);
        Assert.Contains("random-at-start' (weights chosen at random over the whole network, erk)", result.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Equal(result.GetProperty("rows")[1].GetProperty("density").GetDouble(), result.GetProperty("rows")[2].GetProperty("density").GetDouble(), 1e-4);
    }

    [Fact]
    public void Help_shows_an_example_and_what_can_be_chosen()
    {
        var ended = _sandbox.RunHere("branch", "--help");
        Assert.Equal(0, ended.Code);
        foreach (var part in new[] { "Example: tombola branch", "one-shot", "shuffled-signs" }) Assert.Contains(part, ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Nothing was changed")]
    [InlineData("--mask imp --weights rewound --from 0", "Nothing was changed")]
    [InlineData("--mask shufled", "Did you mean shuffled?")]
    [InlineData("--weights rewond", "Did you mean rewound?")]
    [InlineData("--retrain learning_rte=1", "Did you mean learningRate?")]
    [InlineData("--retrain fraction=0.5", "A recipe has no field 'fraction'.")]
    [InlineData("--retrain batch", "Write --retrain name=value")]
    [InlineData("--retrain batch=many", "The field batch cannot be 'many'")]
    [InlineData("--mask shuffled --level 0", "level 0 is the dense network")]
    [InlineData("--mask shuffled --density 0.1", "one-shot")]
    [InlineData("--mask one-shot --density 2", "The density is 2")]
    [InlineData("--mask one-shot --distribution layerwise", "Did you mean layer-wise?")]
    [InlineData("--mask shuffled --distribution erk", "is not made at once")]
    [InlineData("--mask random-at-start --distribution given", "wants densities by layer")]
    [InlineData("--mask random-at-start --distribution given:fc_layers.2=1,*=0.5", "Did you mean fc_layers.0?")]
    [InlineData("--set distribution=given:*=1.5 --mask shuffled", "The density of * is 1.5")]
    [InlineData("--from 2ep", "is not before the end of training")]
    [InlineData("--from soon", "'soon' is not a step")]
    [InlineData("--mask shuffled --levels 3", "'--levels'")]
    public void A_mistake_is_answered_with_a_sentence_and_nothing_is_computed(string options, string part)
    {
        _sandbox.RunHere(["branch", "--scale", "tiny", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).FailsWith(2, part);
        Assert.Empty(StoreFolder.Entries(_sandbox.StorePath));
    }

    public void Dispose() => _sandbox.Dispose();
}
