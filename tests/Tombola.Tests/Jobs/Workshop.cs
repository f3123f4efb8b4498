using System.Collections.Concurrent;
using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Tests.Training;
using Tombola.Training;

namespace Tombola.Tests.Jobs;

/// <summary>A small graph of real jobs on the built-in glyphs.</summary>
internal static class Workshop
{
    public const string Model = "mnist_lenet_20";

    public static DatasetSpec Glyphs { get; } = new() { Name = "glyphs", Subsample = 300, Fingerprint = "fb50246be8e3c81b" };

    public static DatasetCache Data { get; } = new(new DataFolder(Path.Combine(Path.GetTempPath(), "tombola-nowhere")));

    public static InitialiseJob Initialise { get; } = new() { Model = Model, Initializer = "xavier_normal", Seed = 1, Stream = "init" };

    public static TrainJob Dense { get; } = Train(null, 1);

    public static PruneJob Prune { get; } = new() { Model = Model, State = Dense, Strategy = "magnitude", Fraction = 0.2, Exempt = ["fc"] };

    /// <summary>How much of the dense network can be pruned at once.</summary>
    public static AdaptiveLevelJob Search { get; } = new()
    {
        Pruning = Prune with { Fraction = 0 },
        Fractions = [0.9, 0.6, 0.2],
        Floor = 0.1,
        Tolerance = 0.005,
        Data = Glyphs,
        Recipe = Dense.Recipe,
        Noise = new SgdNoise(4, 4),
        From = 90,
        To = 100,
    };

    public static TrainJob Ticket { get; } = Train(Prune, 2);

    public static PathJob Walk { get; } = new() { Model = Model, First = Ticket, Second = Train(Prune, 3), Data = Glyphs, Points = 5 };

    public static EvaluateJob Evaluate { get; } = new() { Model = Model, State = Ticket, Data = Glyphs };

    /// <summary>The jobs behind the path, and the path: initialise, train, prune, train twice, walk.</summary>
    public const int Count = 6;

    public static TrainJob Train(Job<PruneResult>? mask, ulong noise) => new()
    {
        Model = Model,
        Start = Initialise,
        Mask = mask,
        Data = Glyphs,
        Recipe = new Recipe { Optimizer = "adam", LearningRate = 1e-3, Batch = 30, Steps = "100it" },
        Noise = new SgdNoise(noise, noise),
        To = 100,
    };

    public static void Run(Store store, int workers, params Job[] jobs) => new LocalExecutor(store, Data, workers).Run(jobs, null, CancellationToken.None);

    /// <summary>What a job runs in that is stopped at a fraction of its way.</summary>
    public static JobContext Until(double fraction, CancellationTokenSource stop, Store store, string folder, ThreadTeam team) => new()
    {
        Store = store,
        Data = Data,
        Folder = folder,
        Team = team,
        Cancellation = stop.Token,
        Advance = done =>
        {
            if (done >= fraction) stop.Cancel();
        },
    };

    public static NetworkState StateOf(Store store, Job job) => StateFile.Read(store.FileOf(job, Store.StateFile), Toy.Space);

    /// <summary>Every file of every entry, by its place in the store. Equal stores hold equal results.</summary>
    public static SortedDictionary<string, string> Contents(Store store) => new(
        store.Entries().SelectMany(entry => Directory.GetFiles(store.EntryOf(entry.Key))).ToDictionary(
            file => Path.GetRelativePath(store.Path, file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);
}

/// <summary>A job that only says that it ran.</summary>
internal sealed record TallyJob : Job<TallyResult>
{
    public override string Kind => "tally";

    public required int Number { get; init; }

    public IReadOnlyList<Job> Needs { get; init; } = [];

    internal ConcurrentQueue<int> Log { get; init; } = [];

    internal double Weight { get; init; } = 1;

    internal Action<JobContext> Act { get; init; } = _ => { };

    public override IEnumerable<Job> Inputs => Needs;

    public override string Title => $"tally {Number}";

    public override double Cost => Weight;

    protected internal override TallyResult Run(JobContext context)
    {
        Log.Enqueue(Number);
        Act(context);
        return new TallyResult(Number);
    }
}

internal sealed record TallyResult(int Number);
