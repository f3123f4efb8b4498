using System.Buffers.Binary;
using System.Security.Cryptography;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;

namespace Tombola.Data;

/// <summary>
/// Anybody's own images in files, read when they are needed: folders <c>train</c> and <c>test</c> (or <c>val</c>), in each a folder for every class, in each
/// of those its images. Classes are numbered in the order of their names. All images have one shape.
/// </summary>
/// <remarks>
/// The fingerprint is a SHA-256 of the names of all classes and files, the sizes of all files, and the contents of 256 files that are evenly spaced among all,
/// training first; so it takes seconds for a million images, and does not notice a change within another file that leaves its size as it is.
/// </remarks>
internal static class ImageFolder
{
    private const int FilesInFingerprint = 256;

    private static readonly string[] Subfolders = ["", "folder"], TestNames = ["test", "val"];

    public static DatasetSource Source { get; } =
        new("folder", "Your own images in files, from train/CLASS/ and test/CLASS/ in the data folder; read when needed, so any amount will do.", Load) { TakesFolder = true };

    private static DatasetContent Load(DataFolder folder)
    {
        var root = Subfolders.Select(subfolder => folder.At(subfolder)).FirstOrDefault(path => Directory.Exists(Path.Combine(path, "train")));
        var testPath = TestNames.Select(name => Path.Combine(root ?? "", name)).FirstOrDefault(Directory.Exists);
        if (root is null || testPath is null)
        {
            throw new FileNotFoundException(
                root is null
                    ? $"There is no folder train in {string.Join(" or ", Subfolders.Select(subfolder => folder.At(subfolder)))}. Put the images there as train/CLASS/IMAGE and "
                        + "test/CLASS/IMAGE, or name the folder of both with folder:FOLDER."
                    : $"Beside {Path.Combine(root, "train")} there is no folder {string.Join(" or ", TestNames)}. Put the test images there, in a folder for each class.",
                folder.At("train"));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("tombola folder 1\n"u8);
        var (train, test) = (ClassFolders.List(Path.Combine(root, "train"), hash), ClassFolders.List(testPath, hash));
        if (!train.Classes.SequenceEqual(test.Classes))
        {
            throw new InvalidDataException(
                $"{test.Path}: its classes are not those of {train.Path}; missing: {Listing.Of(train.Classes.Except(test.Classes))}; more: "
                    + $"{Listing.Of(test.Classes.Except(train.Classes))}. Give both folders the same classes.");
        }

        var shape = Sample(train.Files, test.Files, hash);
        return new DatasetContent(
            new FileImages(shape, train.Files), train.Labels, new FileImages(shape, test.Files), test.Labels, train.Classes.Length, ContentHash.Shorten(hash),
            $"in files below {root}", IsPublished: false);
    }

    /// <summary>Takes some files into the fingerprint, each of which must hold an image like the first one.</summary>
    private static Shape Sample(ImageFile[] train, ImageFile[] test, IncrementalHash hash)
    {
        var shape = train[0].Measure(RegularFile.ReadAll(train[0].Path, ImageFile.Largest));
        var (pixels, length) = (new byte[shape.Count], new byte[sizeof(long)]);
        foreach (var i in EvenSample.Of(train.Length + test.Length, FilesInFingerprint))
        {
            var file = i < train.Length ? train[i] : test[i - train.Length];
            var bytes = RegularFile.ReadAll(file.Path, ImageFile.Largest);
            file.Decode(bytes, shape, pixels);
            BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return shape;
    }
}
