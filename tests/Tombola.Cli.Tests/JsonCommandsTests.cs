using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed class JsonCommandsTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void Runs_are_listed_shown_and_removed()
    {
        Assert.Equal(0, _sandbox.JsonHere("runs", "list", "--json").GetArrayLength());
        var key = _sandbox.JsonHere("train", "--steps", "20it", "--keep", "10it,20it", "--json").GetProperty("key").GetString()!;
        var list = _sandbox.JsonHere("runs", "list", "--json").EnumerateArray().ToArray();
        Assert.Equal(["initialise", "train", "train"], list.Select(entry => entry.GetProperty("job").GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
        Assert.All(list, entry => Assert.True(entry.GetProperty("bytes").GetInt64() > 0));

        var shown = _sandbox.JsonHere("runs", "show", key[..10], "--json");
        Assert.Equal("train", shown.GetProperty("job").GetProperty("kind").GetString());
        Assert.Equal(20, shown.GetProperty("result").GetProperty("last").GetProperty("step").GetInt32());
        Assert.Equal(
            ["SHA256SUMS", "job.json", "metrics.jsonl", "result.json", "state.safetensors"],
            shown.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!));

        Assert.Equal(key, _sandbox.JsonHere("runs", "rm", key[..10], "--json").GetProperty("removed").GetString());
        Assert.Equal(2, _sandbox.JsonHere("runs", "list", "--json").GetArrayLength());
        _sandbox.RunHere("runs", "rm", key).FailsWith(2, key);
        Assert.Empty(StoreFolder.Partial(_sandbox.StorePath));
    }

    [Fact]
    public void An_empty_prefix_removes_nothing()
    {
        _sandbox.JsonHere("train", "--steps", "5it", "--json");
        _sandbox.RunHere("runs", "rm", "").FailsWith(2, "The key is empty");
        Assert.Equal(2, StoreFolder.Entries(_sandbox.StorePath).Length);
    }

    [Fact]
    public void Training_measures_where_it_is_told_to()
    {
        var metrics = _sandbox.JsonHere("train", "--steps", "50it", "--keep-every", "20it", "--json").GetProperty("metrics").EnumerateArray().ToArray();
        Assert.Equal([20, 40, 50], metrics.Select(line => line.GetProperty("step").GetInt32()));
        var states = _sandbox.JsonHere("train", "--steps", "50it", "--keep", "0,40it", "--json").GetProperty("states").EnumerateArray().ToArray();
        Assert.Equal([0, 40, 50], states.Select(state => state.GetProperty("step").GetInt32()));
        Assert.All(states, state => Assert.True(File.Exists(Path.Combine(state.GetProperty("folder").GetString()!, "state.safetensors"))));
        Assert.All(metrics, line => Assert.InRange(line.GetProperty("testError").GetDouble(), 0.0, 1));
    }

    [Fact]
    public void Models_are_listed_and_shown()
    {
        Assert.Contains(_sandbox.JsonHere("models", "list", "--json").EnumerateArray(), model => model.GetProperty("example").GetString() == "mnist_lenet_300_100");
        var model = _sandbox.JsonHere("models", "show", "mnist_lenet_300_100", "--json");
        Assert.Equal((784 * 300) + 300 + (300 * 100) + 100 + (100 * 10) + 10, model.GetProperty("weights").GetInt32());
        Assert.Equal((784 * 300) + (300 * 100) + (100 * 10), model.GetProperty("prunable").GetInt32());
        Assert.Equal(6, model.GetProperty("parameters").GetArrayLength());
    }

    [Fact]
    public void Scores_and_distributions_are_listed()
    {
        var list = _sandbox.JsonHere("pruning", "list", "--json");
        Assert.Contains(list.GetProperty("scores").EnumerateArray(), score => score.GetProperty("name").GetString() == "synflow" && score.GetProperty("rounds").GetInt32() == 100);
        Assert.Equal(["global", "layer-wise", "erk", "given"], list.GetProperty("distributions").EnumerateArray().Select(distribution => distribution.GetProperty("name").GetString()));
    }

    [Fact]
    public void The_data_list_names_its_folder_and_every_set()
    {
        var list = _sandbox.JsonHere("data", "list", "--json", "--data", _sandbox.At("elsewhere"));
        Assert.Equal(_sandbox.At("elsewhere"), list.GetProperty("folder").GetString());
        string[] expected = ["mnist", "fashion_mnist", "kmnist", "cifar10", "cifar100", "glyphs", "colour_glyphs"];
        var names = list.GetProperty("datasets").EnumerateArray().Select(set => set.GetProperty("name").GetString()!).ToArray();
        Assert.Empty(expected.Except(names));
    }

    [Fact]
    public void A_timed_step_has_every_figure()
    {
        var step = _sandbox.Json("bench", "step", "--batch", "20", "--json");
        Assert.Equal("mnist_lenet_300_100", step.GetProperty("model").GetString());
        Assert.Equal(20, step.GetProperty("batch").GetInt32());
        Assert.Equal((1, 1), (step.GetProperty("threads").GetInt32(), step.GetProperty("workers").GetInt32()));
        foreach (var field in new[] { "density", "msPerStep", "samplesPerSecond", "gflops", "fractionOfPeak", "arenaBytes" }) Assert.True(step.GetProperty(field).GetDouble() > 0, field);
    }

    [Fact]
    public void The_doctor_describes_the_machine()
    {
        var facts = _sandbox.Json("doctor", "--json");
        Assert.NotEqual(0, facts.GetProperty("instructionSets").GetArrayLength());
        foreach (var field in new[] { "cores", "memoryBytes", "fmaPeakGflops", "memoryGigabytesPerSecond" }) Assert.True(facts.GetProperty(field).GetDouble() > 0, field);
        Assert.Equal(_sandbox.StorePath, facts.GetProperty("store").GetString());
        Assert.Contains("glyphs", facts.GetProperty("dataFound").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void Studies_are_listed_and_a_forecast_counts_what_the_store_has()
    {
        string[] setting = ["quickstart", "--steps", "20it", "--levels", "1", "--replicates", "1", "--set", "subsample=300", "--set", "points=5", "--json"];
        var before = Jobs(_sandbox.JsonHere(["study", "show", .. setting]));
        Assert.Equal(0, before.Stored);
        _sandbox.JsonHere(["study", "run", .. setting]);
        Assert.Equal((before.Total, before.Total), Jobs(_sandbox.JsonHere(["study", "show", .. setting])));
    }

    [Fact]
    public void A_study_whose_data_is_missing_can_be_shown()
    {
        var ended = _sandbox.RunHere("study", "show", "lenet-mnist");
        Assert.Equal(0, ended.Code);
        Assert.Contains("cannot be counted yet", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_can_be_shown_beside_a_store_of_an_older_program_of_which_nothing_counts()
    {
        var job = """{"kind":"initialise","model":"mnist_lenet_5"}""";
        var key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(job)));
        var entry = Directory.CreateDirectory(Path.Combine(_sandbox.StorePath, key[..2], key)).FullName;
        File.WriteAllText(Path.Combine(entry, "job.json"), job);
        string[] show = ["study", "show", "quickstart", "--steps", "20it"];
        var shown = _sandbox.RunHere(show);
        Assert.Equal(0, shown.Code);
        Assert.Contains("was written by Tombola 0.2 or older", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing in it counts here.", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, Jobs(_sandbox.JsonHere([.. show, "--json"])).Stored);
        _sandbox.RunHere("quickstart", "--steps", "20it").FailsWith(1, "0.2 or older", "--store DIR");
    }

    public void Dispose() => _sandbox.Dispose();

    private static (int Total, int Stored) Jobs(JsonElement forecast) => (
        forecast.GetProperty("jobs").EnumerateArray().Sum(kind => kind.GetProperty("total").GetInt32()), forecast.GetProperty("jobs").EnumerateArray().Sum(kind => kind.GetProperty("stored").GetInt32()));
}
