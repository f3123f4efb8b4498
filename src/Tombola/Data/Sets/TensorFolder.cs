using System.Security.Cryptography;
using System.Text;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>
/// Anybody's own images: <c>train.safetensors</c> and <c>test.safetensors</c>, each with <c>images</c> (U8, or F32 taken as it is; [N, C, H, W])
/// and <c>labels</c> (I64, I32 or U8; [N]). There are as many classes as the largest label of both files, plus one.
/// </summary>
internal static class TensorFolder
{
    /// <summary>More classes than anybody has; a larger label is a mistake, not a reason to make a huge output layer.</summary>
    private const long LargestLabel = 65_535;

    private static readonly string[] Subfolders = ["", "tensors"];

    public static DatasetSource Source { get; } =
        new("tensors", "Your own images, from train.safetensors and test.safetensors in the data folder.", Load) { TakesFolder = true };

    private static DatasetContent Load(DataFolder folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (train, trainLabels, path) = ReadPart(folder, "train.safetensors", hash);
        var (test, testLabels, testPath) = ReadPart(folder, "test.safetensors", hash);
        if (train.Shape != test.Shape)
        {
            throw new InvalidDataException($"{testPath}: the images have the shape {test.Shape}, but those of {path} have {train.Shape}. Write both "
                + "files with images of one shape.");
        }

        var classes = Math.Max(trainLabels.Max(), testLabels.Max()) + 1;
        return new DatasetContent(
            train, trainLabels, test, testLabels, classes, ContentHash.Shorten(hash), $"from {Path.GetDirectoryName(path)}", IsPublished: false);
    }

    private static (Images Images, int[] Labels, string Path) ReadPart(DataFolder folder, string name, IncrementalHash hash)
    {
        var path = Subfolders.Select(subfolder => folder.At(subfolder, name)).FirstOrDefault(File.Exists) ?? throw new FileNotFoundException(
            $"{name} is in none of {string.Join(", ", Subfolders.Select(subfolder => folder.At(subfolder)))}. Write it there with the tensors images "
                + "[N, C, H, W] and labels [N], or name its folder with tensors:FOLDER.",
            folder.At(name));
        using var file = Safetensors.Read(path);
        var (shape, labelled) = (CheckImages(file), CheckLabels(file));
        if (shape.Count != labelled) throw new InvalidDataException($"{path}: there are {shape.Count} images but {labelled} labels. Write one label for each image.");
        var (images, labels) = (file["images"], file["labels"]);
        foreach (var tensor in new[] { images, labels })
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name} {tensor.DType} {string.Join(',', tensor.Shape)}\n"));
            hash.AppendData(tensor.Bytes.Span);
        }

        return (Images(images, shape.Image, path), Labels(labels, path), path);
    }

    /// <summary>How many images of which shape there are, found out before any is read.</summary>
    private static (int Count, Shape Image) CheckImages(SafetensorsFile file)
    {
        var tensor = file.Find("images");
        if (tensor.Shape is not [> 0 and var count, > 0 and var channels, > 0 and var rows, > 0 and var columns])
        {
            throw new InvalidDataException(
                $"{file.Path}: tensor images has the shape {Listing.OfShape(tensor.Shape)}, not [images, channels, rows, columns], each at least "
                    + "1. Reshape it before writing.");
        }

        return tensor.DType is "U8" or "F32" ? (count, new Shape(channels, rows, columns)) : throw new InvalidDataException(
            $"{file.Path}: tensor images holds {tensor.DType}, but U8 or F32 is needed. Convert it before writing.");
    }

    /// <summary>How many labels there are, found out before any is read.</summary>
    private static int CheckLabels(SafetensorsFile file)
    {
        var tensor = file.Find("labels");
        if (tensor.Shape is not [var count])
        {
            throw new InvalidDataException($"{file.Path}: tensor labels has the shape {Listing.OfShape(tensor.Shape)}, not [images]. Reshape it before writing.");
        }

        return tensor.DType is "I64" or "I32" or "U8" ? count : throw new InvalidDataException(
            $"{file.Path}: tensor labels holds {tensor.DType}, but I64, I32 or U8 is needed. Convert it before writing.");
    }

    private static Images Images(Tensor tensor, Shape shape, string path)
    {
        if (tensor.DType == "U8") return new ByteImages(shape, tensor.Shape[0], tensor.Bytes);
        var pixels = tensor.As<float>().ToArray();
        var wrong = Array.FindIndex(pixels, pixel => !float.IsFinite(pixel));
        return wrong < 0 ? new FloatImages(shape, tensor.Shape[0], pixels) : throw new InvalidDataException(
            $"{path}: tensor images has a value that is no finite number in image {wrong / shape.Count} (element {wrong}). Replace or leave out that image.");
    }

    private static int[] Labels(Tensor tensor, string path)
    {
        long[] labels = tensor.DType switch
        {
            "I64" => tensor.As<long>().ToArray(),
            "I32" => [.. tensor.As<int>().ToArray().Select(label => (long)label)],
            _ => [.. tensor.Bytes.ToArray().Select(label => (long)label)],
        };
        var wrong = Array.FindIndex(labels, label => label is < 0 or > LargestLabel);
        return wrong < 0 ? Array.ConvertAll(labels, label => (int)label) : throw new InvalidDataException(
            $"{path}: element {wrong} of tensor labels is {labels[wrong]}, but labels go from 0 to {LargestLabel}. Number the classes from 0.");
    }
}
