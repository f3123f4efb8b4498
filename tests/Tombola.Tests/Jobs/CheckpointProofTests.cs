using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>A checkpoint is used if it proves to be this job's, and else the job starts over and says so; the bits are the same in any case.</summary>
public sealed class CheckpointProofTests : IDisposable
{
    private static readonly TrainJob Job = Workshop.Dense;

    private static readonly Lazy<SortedDictionary<string, string>> Whole = new(() =>
    {
        using var folder = new TemporaryFolder();
        Workshop.Run(new Store(folder.FullPath), 1, Job);
        return Workshop.Contents(new Store(folder.FullPath));
    });

    private readonly TemporaryFolder _folder = new();

    private string Partial => _folder.At("partial", Job.Key);

    private string Checkpoint => Path.Combine(Partial, CheckpointFile.FileName);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_checkpoint_is_used()
    {
        Interrupt(Job);
        Assert.Equal(["checkpoint.safetensors"], Directory.GetFiles(Partial).Select(Path.GetFileName).Order());
        Assert.Empty(Finish());
    }

    public static TheoryData<int> Bits => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Bits))]
    public void A_bit_that_flipped_anywhere_in_it_changes_nothing(int number)
    {
        Interrupt(Job);
        var bytes = File.ReadAllBytes(Checkpoint);

        // Half of them in the header, where names, shapes and numbers stand.
        var header = BitConverter.ToInt32(bytes) + 8;
        var place = number % 2 == 0 ? number * header / 60 : header + (int)((long)number * (bytes.Length - header) / 60);
        bytes[place] ^= (byte)(1 << (number % 8));
        File.WriteAllBytes(Checkpoint, bytes);
        Finish();
    }

    [Theory]
    [InlineData("checkpoint of another job", "belongs to another job")]
    [InlineData("checkpoint of another version", "version 0.0.9 wrote it")]
    [InlineData("checkpoint without a proof", "no checksum")]
    [InlineData("checkpoint cut short", "cannot be read")]
    [InlineData("checkpoint that is a folder", "")]
    [InlineData("checkpoint that leads nowhere", "cannot be read")]
    [InlineData("weights of another type", "cannot be read")]
    [InlineData("step of twenty digits", "checksum does not hold")]
    public void One_that_proves_nothing_is_told_and_not_used(string fault, string sentence)
    {
        Interrupt(Job);
        switch (fault)
        {
            case "checkpoint of another job":
                var other = Job with { Noise = new(99, 99) };
                Interrupt(other);
                File.Copy(_folder.At("partial", other.Key, CheckpointFile.FileName), Checkpoint, overwrite: true);
                break;
            case "checkpoint of another version":
                Rewrite(metadata => metadata["version"] = "0.0.9", prove: true);
                break;
            case "checkpoint without a proof":
                Rewrite(metadata => metadata.Remove("sha256"));
                break;
            case "checkpoint cut short":
                File.WriteAllBytes(Checkpoint, File.ReadAllBytes(Checkpoint)[..1000]);
                break;
            case "checkpoint that is a folder":
                File.Delete(Checkpoint);
                Directory.CreateDirectory(Checkpoint);
                break;
            case "checkpoint that leads nowhere":
                File.Delete(Checkpoint);
                File.CreateSymbolicLink(Checkpoint, "/nowhere");
                break;
            case "weights of another type":
                Rewrite(_ => { }, tensor => tensor.Name == "weights" ? Tensor.Of<double>(tensor.Name, tensor.Shape, new double[tensor.Count]) : tensor);
                break;
            default:
                Rewrite(metadata => metadata["step"] = "12345678901234567890");
                break;
        }

        var said = Finish();
        if (sentence.Length == 0) return;
        Assert.Contains(sentence, Assert.Single(said), StringComparison.Ordinal);
        Assert.EndsWith("The job starts over.", said[0], StringComparison.Ordinal);
    }

    /// <summary>Runs the job until it has gone half the way, and leaves it so.</summary>
    private void Interrupt(TrainJob job)
    {
        Workshop.Run(Fresh(), 1, Workshop.Initialise);
        using var stop = new CancellationTokenSource();
        using var team = new ThreadTeam(1);
        using var claim = Fresh().Claim(job).Claim!;
        var context = Workshop.Until(0.5, stop, Fresh(), claim.Folder, team);
        Assert.Throws<OperationCanceledException>(() => { job.Run(context); });
    }

    /// <summary>Goes on to the end, and gives what was said on the way.</summary>
    private List<string> Finish()
    {
        var news = new News();
        new LocalExecutor(Fresh(), Workshop.Data, 1).Run([Job], news, CancellationToken.None);
        Assert.Equal(Whole.Value, Workshop.Contents(Fresh()));
        return news.Heard;
    }

    private void Rewrite(Action<Dictionary<string, string>> change, Func<Tensor, Tensor>? replace = null, bool prove = false)
    {
        using var file = Safetensors.Read(Checkpoint);
        var metadata = file.Metadata.ToDictionary();
        change(metadata);
        string[] names = ["weights", "statistics", "first", "second"];
        if (prove) metadata["sha256"] = CheckpointFile.Sum(new(metadata.Where(pair => pair.Key != "sha256").ToDictionary(), StringComparer.Ordinal), [.. names.Select(name => file[name].As<float>().ToArray())]);
        Safetensors.Write(Checkpoint, [.. names.Select(name => (replace ?? (tensor => tensor))(file[name]))], metadata);
    }

    private Store Fresh() => new(_folder.FullPath);

    private sealed class News : IProgress<JobProgress>
    {
        public List<string> Heard { get; } = [];

        public void Report(JobProgress value) => Heard.AddRange(value.News);
    }
}
