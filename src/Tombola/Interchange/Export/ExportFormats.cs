using Tombola.Engine.Naming;

namespace Tombola.Interchange;

/// <summary>The formats by name. A new one is a line here.</summary>
public static class ExportFormats
{
    /// <summary>The store's own: one tensor a parameter and running statistic, by the names of PyTorch.</summary>
    public static ExportFormat Safetensors { get; } = new(
        "safetensors",
        ".safetensors",
        "as in the store",
        (stream, content) => Engine.Networks.Safetensors.Write(stream, content.Tensors(), content.Metadata),
        (file, isMask) => ["from safetensors.torch import load_file", $"tensors = load_file({Quoted(file)})", Into(isMask)]);

    /// <summary>NumPy's archive of arrays.</summary>
    public static ExportFormat Npz { get; } = new(
        "npz",
        ".npz",
        "NumPy arrays by the same names",
        NpzWriter.Write,
        (file, isMask) => ["import numpy, torch", $"tensors = {{name: torch.from_numpy(array) for name, array in numpy.load({Quoted(file)}).items()}}", Into(isMask)]);

    /// <summary>The network with its weights, for inference.</summary>
    public static ExportFormat Onnx { get; } = new(
        "onnx",
        ".onnx",
        "the network as in evaluation, for ONNX Runtime and others",
        OnnxModel.Write,
        (file, _) => ["import onnxruntime, torch", $"session = onnxruntime.InferenceSession({Quoted(file)})", "logits = torch.from_numpy(session.run(None, {'input': images.numpy()})[0])"])
    { TakesMasks = false };

    /// <summary>Remaining weights only, with the mask as bits.</summary>
    public static ExportFormat Packed { get; } = new(
        "packed",
        ".packed.safetensors",
        "the remaining weights only, and the mask as bits",
        PackedFile.Write,
        PackedFile.Python);

    /// <summary>Those that there are; a program that uses this library may add its own.</summary>
    public static Registry<ExportFormat> Registry { get; } = new("There is no export format", format => format.Name, [Safetensors, Npz, Onnx, Packed]);

    /// <inheritdoc cref="Registry{T}.All"/>
    public static IReadOnlyList<ExportFormat> All => Registry.All;

    /// <inheritdoc cref="Registry{T}.Find"/>
    public static ExportFormat Find(string name) => Registry.Find(name);

    /// <summary>A name as a string of Python.</summary>
    internal static string Quoted(string file) => $"'{file.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>Puts tensors into a network of PyTorch, whose batch norms count batches too, which no file of ours does.</summary>
    internal static string Into(bool isMask) => isMask
        ? "for name, weight in model.named_parameters(): weight.data *= tensors.get(name, 1)"
        : "print(model.load_state_dict(tensors, strict=False))";
}
