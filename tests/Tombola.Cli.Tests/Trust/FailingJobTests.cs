using Tombola.Reporting;

namespace Tombola.Cli.Tests.Trust;

/// <summary>A job that fails takes only those along that need it.</summary>
public sealed class FailingJobTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void The_rest_of_a_study_is_computed_the_failure_is_told_in_words_and_the_next_run_goes_on()
    {
        // States of trainings are damaged, which only those jobs learn that read them: others go on.
        SmallStudy.Undisturbed.WriteTo(_sandbox.StorePath);
        var (path, prune) = (StoreFolder.EntryOf(_sandbox.StorePath, "path"), StoreFolder.EntryOf(_sandbox.StorePath, "prune"));
        string[] states = [.. StoreFolder.Entries(_sandbox.StorePath).Where(entry => File.Exists(Path.Combine(entry, "metrics.jsonl"))).Select(entry => Path.Combine(entry, "state.safetensors"))];
        Directory.Delete(path, recursive: true);
        Directory.Delete(prune, recursive: true);
        foreach (var state in states) StoreFolder.Damage(state);
        var missing = StoreFolder.Entries(_sandbox.StorePath).Length;
        var ended = _sandbox.RunHere(SmallStudy.Command);
        ended.FailsWith(1, "state.safetensors", "--repair", "whatever else could be computed is in the store");
        Assert.Contains("Job: ", ended.Error, StringComparison.Ordinal);
        Assert.True(StoreFolder.Entries(_sandbox.StorePath).Length >= missing, "Something was lost.");
        foreach (var state in states) StoreFolder.Damage(state);
        SmallStudy.Undisturbed.IsCompletedIn(_sandbox);
    }

    [Fact]
    public void A_learning_rate_that_lets_every_training_diverge_ends_in_sentences_or_in_rows()
    {
        var ended = _sandbox.RunHere([.. SmallStudy.Command, "--set", "learningRate=999"]);
        if (ended.Code != 0) ended.FailsWith(1, "Job: train");
        Assert.Contains(StoreFolder.Entries(_sandbox.StorePath), entry => File.ReadAllText(Path.Combine(entry, "job.json")).Contains("\"kind\":\"initialise\"", StringComparison.Ordinal));
        StoreFolder.AssertSound(_sandbox.StorePath);
    }
}
