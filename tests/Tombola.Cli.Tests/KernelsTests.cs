using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>Sparse kernels as a person meets them: what is said of them, and how they are turned off.</summary>
public sealed class KernelsTests : IDisposable
{
    private static readonly string[] Study = ["study", "run", "quickstart", "--steps", "30it", "--levels", "3", "--replicates", "1", "--set", "fraction=0.5", "--set", "subsample=300", "--set", "points=5", "--json"];

    private readonly Sandbox _sandbox = new();

    [Fact]
    public void A_study_says_what_it_skipped_and_can_be_told_to_skip_nothing()
    {
        var sparse = _sandbox.Json(Study);
        Assert.Equal("automatic", sparse.GetProperty("kernels").GetString());
        Assert.InRange(sparse.GetProperty("skippedArithmetic").GetDouble(), 0.2, 0.8);
        var report = File.ReadAllText(sparse.GetProperty("report").GetString()!);
        Assert.Contains("trained with sparse kernels", report, StringComparison.Ordinal);

        var before = Trainings();
        var dense = _sandbox.Json([.. Study, "--kernels", "dense"]);
        Assert.Equal("dense", dense.GetProperty("kernels").GetString());
        Assert.Equal(0, dense.GetProperty("skippedArithmetic").GetDouble());
        Assert.NotEqual(sparse.GetProperty("report").GetString(), dense.GetProperty("report").GetString());

        // The dense networks of both are the same jobs: two copies. Three levels of two copies and two controls are not.
        Assert.Equal(before + 12, Trainings());
    }

    [Fact]
    public void A_model_is_shown_under_a_mask()
    {
        _sandbox.JsonHere(Study);
        var mask = Directory.GetFiles(_sandbox.StorePath, "mask.safetensors", SearchOption.AllDirectories).First();
        var shown = _sandbox.JsonHere("models", "show", "mnist_lenet_300_100", "--mask", mask, "--json");
        Assert.InRange(shown.GetProperty("density").GetDouble(), 0.1, 0.6);
        Assert.True(shown.GetProperty("storedWeights").GetInt32() < shown.GetProperty("weights").GetInt32());
        Assert.InRange(shown.GetProperty("skippedArithmetic").GetDouble(), 0.3, 0.95);
        Assert.StartsWith("sparse product", shown.GetProperty("passes")[0].GetProperty("forward").GetString(), StringComparison.Ordinal);
        var dense = _sandbox.JsonHere("models", "show", "mnist_lenet_300_100", "--mask", mask, "--kernels", "dense", "--json");
        Assert.StartsWith("dense product", dense.GetProperty("passes")[0].GetProperty("forward").GetString(), StringComparison.Ordinal);

        var other = _sandbox.RunHere(["models", "show", "mnist_lenet_20_7", "--mask", mask]);
        Assert.Equal(1, other.Code);
        Assert.Contains(mask, other.Error, StringComparison.Ordinal);
        Assert.Contains("shape", other.Error, StringComparison.Ordinal);
        var missing = _sandbox.RunHere(["models", "show", "mnist_lenet_20_7", "--mask", _sandbox.At("none.safetensors")]);
        Assert.Equal(1, missing.Code);
        Assert.Contains("none.safetensors", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quickstart")]
    [InlineData("bench", "step")]
    [InlineData("models", "show", "mnist_lenet_20_7")]
    public void Kernels_that_do_not_exist_are_refused(params string[] command)
    {
        var ended = _sandbox.RunHere([.. command, "--kernels", "fast"]);
        Assert.NotEqual(0, ended.Code);
        Assert.Contains("'fast'", ended.Error, StringComparison.Ordinal);
        Assert.Contains("automatic or dense", ended.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _sandbox.Dispose();

    private int Trainings() => Directory.GetFiles(_sandbox.StorePath, "metrics.jsonl", SearchOption.AllDirectories).Length;
}
