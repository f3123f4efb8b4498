namespace Tombola.Cli.Tests;

public sealed class SpectrumTests : IDisposable
{
    private static readonly string[] Cheap = ["--set", "data=glyphs", "--examples", "100", "--count", "2", "--products", "12", "--runs", "2", "--steps", "4", "--trace-products", "6"];

    private readonly Sandbox _sandbox = new();

    [Fact]
    public void A_networks_spectrum_is_listed_drawn_and_remembered()
    {
        var training = _sandbox.JsonHere("train", "--preset", "lenet-glyphs", "--steps", "30it", "--json");
        var file = Path.Combine(training.GetProperty("folder").GetString()!, "state.safetensors");
        var told = _sandbox.RunHere(["spectrum", file, .. Cheap]);
        Assert.True(told.Code == 0, told.ToString());
        foreach (var part in new[] { "This takes at most ", "22 products with the Hessian over 100 examples.", "Most negative", "at no curvature worth the name", "Report: " })
        {
            Assert.Contains(part, told.Output, StringComparison.Ordinal);
        }

        var again = _sandbox.JsonHere(["spectrum", file, .. Cheap, "--json"]);
        var spectrum = again.GetProperty("numbers").GetProperty("models")[0].GetProperty("result").GetProperty("spectrum");
        Assert.Equal(266200, spectrum.GetProperty("dimension").GetInt32());
        Assert.True(spectrum.GetProperty("largest")[0].GetProperty("value").GetDouble() >= spectrum.GetProperty("largest")[1].GetProperty("value").GetDouble());
        Assert.Equal(["fc_layers.0", "fc_layers.1", "fc"], spectrum.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("layer").GetString()));
        var folder = Path.GetDirectoryName(again.GetProperty("report").GetString()!)!;
        foreach (var name in new[] { "ends.csv", "layers.csv", "density.csv" }) Assert.True(File.Exists(Path.Combine(folder, name)), name);

        // Never negative.
        var gaussNewton = _sandbox.JsonHere(["spectrum", file, .. Cheap, "--matrix", "gauss-newton", "--all-parameters", "--json"]).GetProperty("numbers").GetProperty("models")[0].GetProperty("result").GetProperty("spectrum");
        Assert.Equal(266610, gaussNewton.GetProperty("dimension").GetInt32());
        Assert.True(gaussNewton.GetProperty("smallest")[0].GetProperty("value").GetDouble() > -1e-4);
    }

    [Theory]
    [InlineData("--count 0", "The number of eigenvalues")]
    [InlineData("--count 8 --products 12", "twice as many")]
    [InlineData("--trace-products 2", "The number of products for a trace")]
    [InlineData("--examples 0", "The number of examples for curvature")]
    public void What_cannot_be_is_refused_with_a_sentence(string options, string sentence)
    {
        var training = _sandbox.JsonHere("train", "--preset", "lenet-glyphs", "--steps", "1it", "--json");
        var file = Path.Combine(training.GetProperty("folder").GetString()!, "state.safetensors");
        var ended = _sandbox.RunHere(["spectrum", file, "--set", "data=glyphs", .. options.Split(' ')]);
        Assert.Equal(2, ended.Code);
        Assert.Contains(sentence, ended.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _sandbox.Dispose();
}
