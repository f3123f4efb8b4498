using System.Globalization;
using Tombola.Interchange;
using Tombola.Measuring;
using Tombola.Tests.Architecture;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>What PyTorch writes is evaluated here to PyTorch's loss, and goes back to PyTorch to the same logits.</summary>
public sealed class RoundTripTests : IDisposable
{
    /// <summary>A ResNet-8 whose statistics have been moved, images, and the network in every form that people keep; prints the loss of each.</summary>
    private const string Write = """
        import copy, os, sys
        sys.path.insert(0, oracles)
        os.chdir(folder)
        import numpy, torch
        import safetensors_file
        from torch import nn
        from torch.nn.utils import prune
        from torch_models import ResNet

        torch.manual_seed(3)
        images, labels = torch.randn(200, 3, 32, 32), torch.arange(200) % 10
        os.mkdir("data")
        for name in ("train", "test"):
            safetensors_file.write(f"data/{name}.safetensors", {"images": images.numpy(), "labels": labels.numpy()})
        torch.save(images, "images.pt")

        model = ResNet(8, 4)
        for _ in range(20):
            model(torch.randn(50, 3, 32, 32))
        model.eval()

        def save(name, what, form):
            with torch.no_grad():
                torch.save(form(images), f"{name}.logits.pt")
                print(name, nn.functional.cross_entropy(form(images), labels).item())
            torch.save(what, f"{name}.pth")

        save("dict", model.state_dict(), model)
        save("checkpoint", {"epoch": 3, "model_state_dict": nn.DataParallel(model).state_dict(), "best": numpy.float64(0.5)}, model)
        brief = copy.deepcopy(model).bfloat16()
        save("brief", brief.state_dict(), copy.deepcopy(brief).float())
        pruned = copy.deepcopy(model)
        for layer in pruned.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                prune.l1_unstructured(layer, "weight", amount=0.7)
        save("pruned", pruned.state_dict(), pruned)
        torch.save({name[:-5]: value.bool() for name, value in pruned.state_dict().items() if name.endswith("_mask")}, "mask.pth")
        """;

    private const string Read = """
        for name, path in (("dict", "dict.npz"), ("pruned", "pruned.npz")):
            model = ResNet(8, 4)
            model.load_state_dict({key: torch.from_numpy(value) for key, value in numpy.load(path).items()}, strict=False)
            missing = set(model.state_dict()) - set(numpy.load(path))
            assert all(key.endswith("num_batches_tracked") for key in missing), missing
            with torch.no_grad():
                assert torch.equal(model.eval()(torch.load("images.pt")), torch.load(f"{name}.logits.pt")), name
        print("same")
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TorchFact]
    public void Every_form_has_PyTorchs_loss_here_and_its_logits_there()
    {
        var head = $"oracles, folder = '{Path.Combine(FloorTests.Root, "tests", "oracles")}', '{_folder.FullPath}'\n";
        var losses = Python.Run(head + Write).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
        Assert.Equal(4, losses.Count);

        var laboratory = Laboratory.Open(_folder.At("store"), workers: 2);
        var arguments = new ModelArguments { Set = [$"data=tensors:{_folder.At("data")}", "pixels=unit"] };
        var models = laboratory.Models([.. losses.Keys.Select(name => _folder.At($"{name}.pth"))], arguments);
        Assert.Equal("cifar_resnet_8_4", models.Network.Name);
        var measured = Assert.IsType<EvaluatedModel[]>(laboratory.Measure(Evaluation.Of(models)).Numbers);
        foreach (var (name, model) in losses.Keys.Zip(measured)) Assert.True(Math.Abs(losses[name] - model.Test.Loss) < 1e-5, $"{name}: {model.Test.Loss} against PyTorch's {losses[name]}");

        // Masks as booleans are those that the pruned network has, and its pruned weights are +0.
        using var file = ModelFiles.Open(_folder.At("mask.pth"));
        var mask = StateReader.ReadMask(file, models.Network);
        var states = losses.Keys.Zip(models.Models).ToDictionary(pair => pair.First, pair => laboratory.State(pair.Second.State));
        Assert.InRange(mask.Density, 0.29, 0.31);
        Assert.Equal(mask.Density, measured[^1].Density, 12);
        Assert.All(Enumerable.Range(0, mask.Space.Count).Where(i => !mask[i]), i => Assert.Equal(0, BitConverter.SingleToInt32Bits(states["pruned"].Weights[i])));

        foreach (var name in new[] { "dict", "pruned" })
        {
            using var stream = File.Create(_folder.At($"{name}.npz"));
            ExportFormats.Registry.Find("npz").Write(stream, new ExportContent(models.Network, states[name], null));
        }

        Assert.Contains("same", Python.Run(head + Write.Split("torch.manual_seed")[0] + Read), StringComparison.Ordinal);
    }
}
