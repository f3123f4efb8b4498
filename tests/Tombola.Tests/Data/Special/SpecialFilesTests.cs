using Tombola.Data;
using Tombola.Engine.Foreign;
using Tombola.Engine.Networks;
using Tombola.Reporting;
using Tombola.Tests.Data.Fuzzing;
using Xunit;

namespace Tombola.Tests.Data;

/// <summary>Pipes, devices and links that lead nowhere are refused by name; nothing waits for a pipe or reads a device.</summary>
public sealed class SpecialFilesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Network Small = Architectures.Create("mnist_lenet_4");
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Kinds => new()
    {
        { "pipe", "this is a pipe, not a file" },
        { "device", "this is a device, not a file" },
        { "link to nothing", "where there is nothing" },
        { "link to itself", "this is a link that leads back to itself" },
    };

    public void Dispose() => _folder.Dispose();

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public async Task No_idx_file_is_one(string kind, string what)
    {
        foreach (var name in new[] { "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte" })
        {
            Write(gzip: false);
            await AssertRefused(() => Load("mnist"), Put(kind, "mnist", name), what);
            Write(gzip: true);
            await AssertRefused(() => Load("mnist"), Put(kind, "mnist", name + ".gz"), what);
            var report = DataVerifier.Verify(Mnist.Archive, _folder.Data).Single(report => report.Verdict == FileVerdict.Damaged);
            Assert.Contains(what, report.Message, StringComparison.Ordinal);
        }

        // Never over what the last round left: the test itself would wait for its pipe.
        void Write(bool gzip)
        {
            if (Directory.Exists(_folder.At("mnist"))) Directory.Delete(_folder.At("mnist"), recursive: true);
            _folder.WriteIdx("mnist", gzip);
        }
    }

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public async Task No_archive_of_cifar_and_no_file_of_its_folder_is_one(string kind, string what)
    {
        var archive = Put(kind, "cifar-10-binary.tar.gz");
        await AssertRefused(() => Load("cifar10"), archive, what);
        await AssertRefused(() => Datasets.Load(new DatasetSpec { Name = "cifar10" }, new DataFolder(archive)), archive, what);
        Assert.Contains(what, Assert.Single(DataVerifier.Verify(Cifar10.Archive, _folder.Data)).Message, StringComparison.Ordinal);
        File.Delete(archive);
        TinyCifar.Ten.WriteFolder(_folder.FullPath);
        await AssertRefused(() => Load("cifar10"), Put(kind, "data_batch_2.bin"), what);
        Assert.Contains(what, Assert.Single(DataVerifier.Verify(Cifar10.Archive, _folder.Data)).Message, StringComparison.Ordinal);
    }

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public async Task No_file_of_tensors_is_one(string kind, string what)
    {
        var path = Put(kind, "train.safetensors");
        await AssertRefused(() => Load("tensors"), path, what);
        await AssertRefused(() => StateFile.ReadMask(path, Small.Space), path, what);
        await AssertRefused(() => StateFile.Read(path, Small.Space), path, what);
        await AssertRefused(() => Tombola.Interchange.ModelFiles.Open(path), path, what);
    }

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public async Task No_file_is_fetched_over_one(string kind, string what)
    {
        Directory.CreateDirectory(_folder.At("mnist"));
        using var client = new HttpClient();
        await AssertRefused(() => new DataFetcher(client).FetchAsync(Mnist.Archive, _folder.Data).GetAwaiter().GetResult(), Put(kind, "mnist", "train-images-idx3-ubyte.gz"), what);
    }

    [Fact]
    public async Task A_folder_is_no_file()
    {
        await AssertRefused(() => Safetensors.Read(_folder.FullPath), _folder.FullPath, "this is a folder, not a file");
        Assert.Throws<FileNotFoundException>(() => Safetensors.Read(_folder.At("nothing")));
    }

    [Fact]
    public void A_link_to_a_file_is_followed()
    {
        File.WriteAllBytes(_folder.At("a"), [1, 2, 3]);
        File.CreateSymbolicLink(_folder.At("b"), _folder.At("a"));
        Assert.Equal([1, 2, 3], RegularFile.ReadAll(_folder.At("b"), 3));
        Assert.Contains("has 3 bytes, more than the 2 that", Assert.Throws<InvalidDataException>(() => RegularFile.ReadAll(_folder.At("b"), 2)).Message, StringComparison.Ordinal);
    }

    private string Put(string kind, params string[] names)
    {
        SpecialFiles.Put(kind, _folder.At(names));
        return _folder.At(names);
    }

    private async Task AssertRefused(Func<object> read, string path, string what)
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Task.Run(read).WaitAsync(Patience));
        Assert.StartsWith($"{path}: this is a", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Sentences.AssertGood(error.Message, _folder.FullPath);
    }

    private Dataset Load(string name) => Datasets.Load(new DatasetSpec { Name = name }, _folder.Data);
}
