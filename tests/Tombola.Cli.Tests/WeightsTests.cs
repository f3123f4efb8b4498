namespace Tombola.Cli.Tests;

public sealed class WeightsTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void Weights_are_counted_where_there_is_no_data()
    {
        // A network for MNIST, of which the sandbox has nothing.
        var training = _sandbox.JsonHere("train", "--preset", "lenet-glyphs", "--steps", "10it", "--json");
        var file = Path.Combine(training.GetProperty("folder").GetString()!, "state.safetensors");
        var result = _sandbox.JsonHere("weights", file, "--json");
        Assert.Equal(("weights", JsonValueKind.Null), (result.GetProperty("command").GetString(), result.GetProperty("data").ValueKind));
        var layers = result.GetProperty("numbers").GetProperty("models")[0].GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal(["fc_layers.0", "fc_layers.1", "fc", "all"], layers.Select(layer => layer.GetProperty("layer").GetString()));
        Assert.Equal([235_200, 30_000, 1000, 266_200], layers.Select(layer => layer.GetProperty("weights").GetInt32()));
        Assert.All(layers, layer => Assert.Equal(1, layer.GetProperty("density").GetDouble()));
        var report = File.ReadAllText(result.GetProperty("report").GetString()!);
        foreach (var figure in new[] { "magnitudes", "magnitudes-by-layer", "density" }) Assert.Contains($"<figure id=\"{figure}\"", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Data fingerprint", report, StringComparison.Ordinal);

        var copy = _sandbox.At("copy.safetensors");
        File.Copy(file, copy);
        var ended = _sandbox.RunHere("weights", file, copy);
        Assert.True(ended.Code == 0, ended.ToString());
        foreach (var part in new[] { "  state  ", "  copy  ", "266,200", "Of 2 networks the sparsest" }) Assert.Contains(part, ended.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _sandbox.Dispose();
}
