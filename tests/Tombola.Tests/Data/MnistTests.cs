using System.Security.Cryptography;
using Tombola.Data;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class MnistTests
{
    private static DataFolder Folder => new(RealData.Mnist!);

    [DataFact]
    public void Mnist_is_the_published_archive_and_starts_with_a_five()
    {
        var mnist = Datasets.Load(new DatasetSpec(), Folder);
        Assert.True(mnist.IsPublished);
        Assert.Equal((60_000, 10_000, 10), (mnist.Train.Count, mnist.Test.Count, mnist.Train.Classes));
        Assert.Equal("1x28x28", mnist.Train.Shape.ToString());
        Assert.Equal([5, 0, 4, 1, 9], mnist.Train.Labels[..5].ToArray());
        Assert.Equal([7, 2, 1, 0, 4], mnist.Test.Labels[..5].ToArray());
        Assert.Equal(Datasets.Fingerprint(new DatasetSpec(), Folder), mnist.Fingerprint);
        Assert.Contains("the published archive of MNIST", mnist.Description, StringComparison.Ordinal);
    }

    [DataFact]
    public void Decoded_pixels_of_mnist_have_the_published_hash_and_the_customary_mean_and_deviation()
    {
        var train = Datasets.Load(new DatasetSpec(), Folder).Train;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28]);
        var (sum, squares) = (0.0, 0.0);
        var (sample, bytes) = (new float[784], new byte[784]);
        for (var i = 0; i < train.Count; i++)
        {
            train.Read(i, sample);
            for (var p = 0; p < sample.Length; p++)
            {
                sum += sample[p];
                squares += (double)sample[p] * sample[p];
                bytes[p] = (byte)((sample[p] * 255) + 0.5f);
            }

            hash.AppendData(bytes);
        }

        Assert.Equal("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", Convert.ToHexStringLower(hash.GetHashAndReset()));
        var mean = sum / (60_000 * 784);
        Assert.Equal(0.1307, mean, 4);
        Assert.Equal(0.3081, Math.Sqrt((squares / (60_000 * 784)) - (mean * mean)), 4);
    }

    [DataFact]
    public void The_verifier_recognises_mnist_although_it_was_packed_anew()
    {
        var reports = DataVerifier.Verify(Datasets.Find("mnist").Archive!, Folder);
        Assert.Equal([60_000, 60_000, 10_000, 10_000], reports.Select(report => report.Records));
        Assert.All(reports, report => Assert.Equal(FileVerdict.Published, report.Verdict));
    }

    [DataFact]
    public void Mnist_under_another_name_is_refused()
    {
        // Without the subfolder's name, nothing but the content tells which archive the files belong to.
        var path = Folder.TryFind(IdxArchive.Subfolders(Mnist.Archive), "train-images-idx3-ubyte")!;
        var folder = new DataFolder(Path.GetDirectoryName(path)!);
        var message = Assert.Throws<InvalidDataException>(() => Datasets.Load(new DatasetSpec { Name = "kmnist" }, folder)).Message;
        Assert.Contains("belongs to MNIST, but kmnist was asked for", message, StringComparison.Ordinal);
    }
}
