using System.Security.Cryptography;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>Runs the lines that we tell people to load a file with, and compares every byte that arrives.</summary>
public sealed class PythonTests : IDisposable
{
    /// <summary>Stands in for the package safetensors, by the description of its format.</summary>
    private const string Safetensors = """
        import json, sys, types, numpy, torch
        class safe_open:
            def __init__(self, path, framework):
                self.file = open(path, 'rb').read()
                self.start = 8 + int.from_bytes(self.file[:8], 'little')
                self.header = json.loads(self.file[8:self.start])
            def metadata(self): return self.header['__metadata__']
            def keys(self): return [name for name in self.header if name != '__metadata__']
            def get_tensor(self, name):
                about = self.header[name]
                begin, end = about['data_offsets']
                kind = {'F32': '<f4', 'U8': 'u1'}[about['dtype']]
                return torch.from_numpy(numpy.frombuffer(self.file[self.start + begin:self.start + end], kind).copy()).reshape(about['shape'])
        def load_file(path):
            file = safe_open(path, 'pt')
            return {name: file.get_tensor(name) for name in file.keys()}
        package, inner = types.ModuleType('safetensors'), types.ModuleType('safetensors.torch')
        package.safe_open, package.torch, inner.load_file = safe_open, inner, load_file
        sys.modules['safetensors'], sys.modules['safetensors.torch'] = package, inner
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TorchTheory]
    [InlineData("safetensors")]
    [InlineData("npz")]
    [InlineData("packed")]
    public void A_state_arrives_to_the_bit(string format)
    {
        var content = Exports.Content(Exports.Odd, Exports.Third(Exports.Odd));
        var output = Load(format, content, """
            class Model:
                def load_state_dict(self, tensors, strict): self.state = tensors
            model = Model()
            """, "model.state");

        // The lines print what PyTorch says of missing names, which this model does not.
        Assert.Equal(Lines(StateFile.Tensors(content.State!)), output.Except(["None"]));
    }

    [TorchTheory]
    [InlineData("safetensors")]
    [InlineData("npz")]
    [InlineData("packed")]
    public void A_mask_prunes_what_it_should(string format)
    {
        var mask = Exports.Third(Exports.Odd);
        var output = Load(format, new ExportContent(Exports.Odd, null, mask), """
            class Model:
                weights = {'conv.weight': torch.ones(3, 2, 3, 3), 'bn.weight': torch.ones(3), 'bn.bias': torch.ones(3), 'fc.weight': torch.ones(5, 27), 'fc.bias': torch.ones(5)}
                def named_parameters(self): return self.weights.items()
            model = Model()
            """, "model.weights");
        var ones = new NetworkState(Exports.Odd.Space);
        ones.Weights.AsSpan().Fill(1);
        Assert.Equal(Lines(StateFile.Tensors(ones.Under(mask)).Where(tensor => !tensor.Name.Contains("running", StringComparison.Ordinal))), output);
    }

    [TorchFact]
    public void The_metadata_of_an_archive_is_in_its_comment()
    {
        var path = Write(ExportFormats.Npz, Exports.Content(Exports.Odd));
        Assert.Equal("odd trained", Python.Run($"import json, zipfile; about = json.loads(zipfile.ZipFile({ExportFormats.Quoted(path)}).comment); print(about['model'], about['what'])").Trim());
    }

    private string Write(ExportFormat format, ExportContent content)
    {
        var path = _folder.At("it's" + format.Ending);
        File.WriteAllBytes(path, Exports.Bytes(format, content));
        return path;
    }

    private string[] Load(string name, ExportContent content, string model, string result)
    {
        var format = ExportFormats.Find(name);
        var lines = format.Python(Write(format, content), content.State is null);
        var print = $"for name in sorted({result}): print(name, list({result}[name].shape), hashlib.sha256({result}[name].numpy().tobytes()).hexdigest())";
        return Python.Run(string.Join('\n', [Safetensors, "import hashlib", model, .. lines, print])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static IEnumerable<string> Lines(IEnumerable<Tensor> tensors) => tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
        .Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}] {Convert.ToHexStringLower(SHA256.HashData(tensor.Bytes.Span))}");
}
