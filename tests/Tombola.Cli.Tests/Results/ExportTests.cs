using Tombola.Cli.Tests.Trust;
using Tombola.Engine.Networks;
using Tombola.Reporting;

namespace Tombola.Cli.Tests.Results;

/// <summary>From a study to a file on the command line; that its numbers are right is tested below it.</summary>
public sealed class ExportTests : IDisposable
{
    private static readonly string[] Setting = [.. SmallStudy.Command[3..^1]];
    private readonly Sandbox _sandbox = new();

    public ExportTests() => SmallStudy.Undisturbed.WriteTo(_sandbox.StorePath);

    [Fact]
    public void Parts_of_a_ticket_come_out_in_every_format()
    {
        foreach (var (what, format, ending) in new[] { ("rewound", "safetensors", ".safetensors"), ("trained", "onnx", ".onnx"), ("mask", "packed", ".packed.safetensors"), ("trained", "npz", ".npz") })
        {
            var said = _sandbox.JsonHere(["export", "quickstart", .. Setting, "--what", what, "--format", format, "--out", _sandbox.At("out"), "--json"]);
            var file = said.GetProperty("file").GetString()!;
            Assert.StartsWith($"lenet-glyphs-imp-level1-replicate0-{what}-", Path.GetFileName(file), StringComparison.Ordinal);
            Assert.EndsWith(ending, file, StringComparison.Ordinal);
            Assert.Equal(new FileInfo(file).Length, said.GetProperty("bytes").GetInt64());
            Assert.Equal((what, "1", "0.8"), (Of(said, "what"), Of(said, "level"), Of(said, "density")));

            // 784 x 5 + 5 x 10 weights, of which four fifths remain, and 15 biases.
            Assert.Equal((4 * 3985, 490 + 7 + (4 * (3176 + 15))), (said.GetProperty("denseBytes").GetInt32(), said.GetProperty("packedBytes").GetInt32()));
            Assert.Contains($"## {Path.GetFileName(file)}\n", File.ReadAllText(said.GetProperty("readme").GetString()!), StringComparison.Ordinal);
        }

        static string Of(JsonElement said, string name) => said.GetProperty("metadata").GetProperty(name).GetString()!;
    }

    [Theory]
    [InlineData("random-pruning")]
    [InlineData("random-reinitialisation")]
    public void A_control_comes_out_by_the_name_of_its_kind(string kind)
    {
        foreach (var what in new[] { "trained", "rewound", "mask" })
        {
            var said = _sandbox.JsonHere(["export", "quickstart", .. Setting, "--kind", kind, "--what", what, "--out", _sandbox.At("out"), "--json"]).GetProperty("metadata");
            Assert.Equal((kind, "1", "0.8"), (said.GetProperty("kind").GetString(), said.GetProperty("level").GetString(), said.GetProperty("density").GetString()));

            // By key, it is the same entry.
            if (what == "trained") Assert.Equal(said.GetProperty("key").GetString(), _sandbox.JsonHere("export", said.GetProperty("key").GetString()!, "--out", _sandbox.At("again"), "--json").GetProperty("metadata").GetProperty("key").GetString());
        }

        var ticket = Mask("imp");
        Assert.Equal(kind == "random-reinitialisation", ticket.SequenceEqual(Mask(kind)));

        byte[] Mask(string of)
        {
            using var file = Safetensors.Read(_sandbox.JsonHere(["export", "quickstart", .. Setting, "--kind", of, "--what", "mask", "--out", _sandbox.At("masks"), "--json"]).GetProperty("file").GetString()!);
            return [.. file.Entries.SelectMany(entry => file.Read(entry).Bytes.ToArray())];
        }
    }

    [Fact]
    public void An_entry_comes_out_by_the_beginning_of_its_key()
    {
        var (prune, path) = (Path.GetFileName(StoreFolder.EntryOf(_sandbox.StorePath, "prune")), Path.GetFileName(StoreFolder.EntryOf(_sandbox.StorePath, "path")));
        var ended = _sandbox.RunHere("export", prune[..10], "--out", _sandbox.At("out"));
        Assert.True(ended.Code == 0, ended.ToString());
        using var file = Safetensors.Read(_sandbox.At($"out/mask-{prune[..8]}.safetensors"));
        Assert.Equal(prune, file.Metadata["key"]);
        Assert.Equal("U8", file.Find("fc.weight").DType);
        var model = _sandbox.JsonHere("models", "show", "mnist_lenet_5", "--mask", file.Path, "--json");
        Assert.Equal((15940, 13261), (model.GetProperty("denseBytes").GetInt32(), model.GetProperty("packedBytes").GetInt32()));
        Assert.Contains("15,940 bytes with every zero, 13,261 packed", _sandbox.RunHere("models", "show", "mnist_lenet_5", "--mask", file.Path).Output, StringComparison.Ordinal);
        Assert.Contains("packed.", ended.Output, StringComparison.Ordinal);
        _sandbox.RunHere("export", path[..10], "--out", _sandbox.At("out")).FailsWith(2, "neither a state nor a mask");
        _sandbox.RunHere("export", prune[..10], "--what", "trained", "--out", _sandbox.At("out")).FailsWith(2, "it is: mask");
        _sandbox.RunHere("export", prune[..10], "--level", "1", "--out", _sandbox.At("out")).FailsWith(2, "--level is for studies");
        _sandbox.RunHere("export", "00", "--out", _sandbox.At("out")).FailsWith(2, "tombola runs list");
    }

    [Fact]
    public void What_the_store_lacks_is_named_with_the_command_that_makes_it_and_nothing_is_computed()
    {
        string[] export = ["export", "quickstart", .. Setting, "--out", _sandbox.At("out")];
        _sandbox.RunHere([.. export, "--seed", "2"]).FailsWith(1, "lacks", "Make it with: tombola study run quickstart --replicates 1", "--seed 2");
        _sandbox.RunHere([.. export, "--copy", "2"]).FailsWith(1, "--copies 3");
        _sandbox.RunHere([.. export, "--level", "2"]).FailsWith(1, "--levels 2");
        _sandbox.RunHere(["export", "lmc/fig2", "--preset", "lenet-glyphs", .. Setting, "--rewind", "5it", "--out", _sandbox.At("out")]).FailsWith(1, "no run of lmc/fig2 makes it", "tombola study run quickstart --preset lenet-glyphs", "--rewind 5it");
        Assert.Equal(SmallStudy.Undisturbed.Sums, StoreFolder.Sums(_sandbox.StorePath));
        Assert.False(Directory.Exists(_sandbox.At("out")));
    }

    [Theory]
    [InlineData("--level -1", "--level is -1")]
    [InlineData("--replicate 1", "--replicate is 1; the run has 1 replicate")]
    [InlineData("--kind random-prunning", "Did you mean random-pruning?")]
    [InlineData("--kind random-pruning --level 0", "Level 0 is the dense network")]
    [InlineData("--copy 20", "--copy is 20")]
    [InlineData("--what mask --copy 1", "--copy is for --what trained")]
    [InlineData("--what maks", "Did you mean mask?")]
    [InlineData("--what mask --level 0", "Level 0 is the dense network")]
    [InlineData("--format onxx", "Did you mean onnx?")]
    [InlineData("--format onnx --what mask", "a mask alone is none")]
    public void What_cannot_be_is_refused(string options, string part) =>
        _sandbox.RunHere(["export", "quickstart", .. Setting, "--out", _sandbox.At("out"), .. options.Split(' ')]).FailsWith(2, part);

    public void Dispose() => _sandbox.Dispose();
}
