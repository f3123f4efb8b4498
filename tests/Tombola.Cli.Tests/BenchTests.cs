using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>Benchmarks under masks, in moments too short to measure anything.</summary>
public sealed class BenchTests : IDisposable
{
    private static readonly string[] LeNet = ["--model", "mnist_lenet_300_100", "--batch", "20", "--seconds", "0.001"];

    private readonly Sandbox _sandbox = new();

    [Theory]
    [InlineData("automatic")]
    [InlineData("dense")]
    public void A_step_is_timed_under_a_mask(string kernels)
    {
        var step = _sandbox.Json(["bench", "step", .. LeNet, "--density", "0.05", "--kernels", kernels, "--json"]);
        Assert.Equal((0.05, kernels), (step.GetProperty("density").GetDouble(), step.GetProperty("kernels").GetString()));
        Assert.True(step.GetProperty("msPerStep").GetDouble() > 0);
    }

    [Fact]
    public void Seven_runs_take_about_as_long_as_they_were_asked_to()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _sandbox.Json("bench", "step", "--seconds", "1", "--json");
        Assert.InRange(watch.Elapsed.TotalSeconds, 6, 60);
    }

    [Fact]
    public void Steps_are_timed_from_dense_to_sparse_and_drawn_on_a_page()
    {
        var page = _sandbox.At("density.html");
        var result = _sandbox.Json(["bench", "density", .. LeNet, "--out", page, "--json"]);
        var rows = result.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal([1, 0.8, 0.5, 0.35, 0.2, 0.1, 0.05, 0.035, 0.02, 0.015, 0.01], rows.Select(row => row.GetProperty("density").GetDouble()));
        Assert.All(rows, row => Assert.All(["remaining", "msPerStep", "denseMsPerStep", "ratio"], field => Assert.True(row.GetProperty(field).GetDouble() > 0, field)));
        Assert.Equal(0, rows[0].GetProperty("skipped").GetDouble());
        Assert.StartsWith("<!doctype html>", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_gets_a_page_and_its_numbers()
    {
        var folder = _sandbox.At("density");
        var ended = _sandbox.Run(["bench", "density", .. LeNet, "--out", folder]);
        Assert.Equal(0, ended.Code);
        Assert.Contains($"Charts: {Path.Combine(folder, "index.html")}", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["index.html", "ratio-by-density.csv", "step-time-by-density.csv", "step-time.csv"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--model", "cifar_vgg_11")]
    [InlineData("--batch", "0")]
    [InlineData("--seconds", "0")]
    public void A_mistake_leaves_no_folder(string option, string value)
    {
        var folder = _sandbox.At("density");
        Assert.Equal(2, _sandbox.RunHere(["bench", "density", option, value, "--out", folder]).Code);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void The_cost_of_iterative_pruning_is_predicted_for_every_level()
    {
        var result = _sandbox.Json(["bench", "imp", .. LeNet, "--levels", "3", "--fraction", "0.5", "--json"]);
        Assert.Equal([1, 0.5, 0.25, 0.125], result.GetProperty("levels").EnumerateArray().Select(level => level.GetProperty("density").GetDouble()));
        Assert.All(["milliseconds", "denseMilliseconds", "ratio"], field => Assert.True(result.GetProperty(field).GetDouble() > 0, field));
        Assert.StartsWith("The 4 trainings", result.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(0, result.GetProperty("measured").GetArrayLength());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("0.05")]
    public void A_path_is_timed_beside_plain_evaluations(string density)
    {
        var result = _sandbox.Json("bench", "path", "--points", "3", "--examples", "600", "--workers", "2", "--density", density, "--json");
        Assert.Equal((3, 600, 2), (result.GetProperty("points").GetInt32(), result.GetProperty("examples").GetInt32(), result.GetProperty("workers").GetInt32()));
        Assert.Equal(density, result.GetProperty("density").GetRawText());
        Assert.All(["plainMilliseconds", "shareMilliseconds", "pathMilliseconds", "ratio"], field => Assert.True(result.GetProperty(field).GetDouble() > 0, field));
        Assert.Equal(1, result.GetProperty("decodings").GetDouble());
        Assert.StartsWith("A path of 3 points costs ", result.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => _sandbox.Dispose();
}
