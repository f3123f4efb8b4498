using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tombola.Jobs;

/// <summary>A pure function with all its inputs: other jobs, settings, seeds. Its key is the SHA-256 of its canonical JSON.</summary>
public abstract record Job
{
    private string? _key, _trajectory;

    /// <summary>For kinds of jobs.</summary>
    protected Job()
    {
    }

    // A copy made by `with` differs from the original, so it must not take the keys along.
    /// <summary>For kinds of jobs.</summary>
    protected Job(Job original)
    {
    }

    /// <summary>The kind of job, as the canonical JSON names it.</summary>
    public abstract string Kind { get; }

    /// <summary>Jobs whose artifacts this one reads.</summary>
    public abstract IEnumerable<Job> Inputs { get; }

    /// <summary>A sentence fragment for progress and listings.</summary>
    public abstract string Title { get; }

    /// <summary>Arithmetic to expect, in multiply-adds; only for time estimates and for choosing what to start first.</summary>
    public abstract double Cost { get; }

    /// <summary>Raised when a job of this kind may give other bytes than before, as by kernels that round differently: it is a part of the key, so results of both programs never meet under one.</summary>
    public virtual int Bits => 1;

    /// <summary>64 hexadecimal digits. Same key, same bytes.</summary>
    public string Key => _key ??= KeyOf(Describe());

    /// <summary>The canonical JSON: sorted, defaults dropped, other jobs by their keys.</summary>
    public JsonObject Describe() => CanonicalJson.Of(this);

    private static string KeyOf(JsonObject json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())));

    /// <summary>Jobs and all they read, directly or not, each once.</summary>
    public static IReadOnlyCollection<Job> WithInputs(IEnumerable<Job> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var all = new Dictionary<string, Job>();
        foreach (var job in jobs) Add(job);
        return all.Values;

        void Add(Job job)
        {
            if (!all.TryAdd(job.Key, job)) return;
            foreach (var input in job.Inputs) Add(input);
        }
    }

    /// <summary>True for a job that can go on from what an interrupted run left in its folder, and clears the rest itself; the folder of any other is emptied.</summary>
    internal virtual bool GoesOn => false;

    /// <summary>Step that the job reaches on a trajectory; null for a job that is no part of any.</summary>
    internal virtual long? Reaches => null;

    /// <summary>Key of the trajectory: jobs with the same are places on one, and each can go on from an earlier one.</summary>
    internal string Trajectory => _trajectory ??= TrajectoryOf(Describe());

    /// <summary>The same of a description in a store.</summary>
    internal static string TrajectoryOf(JsonObject description)
    {
        var json = (JsonObject)description.DeepClone();
        json.Remove(CanonicalJson.Name(nameof(TrainJob.To)));
        return KeyOf(json);
    }

    /// <summary><see cref="Cost"/> for a job that goes on from an earlier step of its trajectory.</summary>
    internal virtual double CostFrom(long step) => Cost;

    /// <summary>Computes the artifacts into the context's folder and gives the result record.</summary>
    internal abstract object Execute(JobContext context);
}

/// <summary>A job whose result record is a <typeparamref name="TResult"/>.</summary>
public abstract record Job<TResult> : Job
    where TResult : notnull
{
    internal sealed override object Execute(JobContext context) => Run(context);

    /// <summary>Computes: writes artifacts into the context's folder and gives the result, which is written as JSON. A pure function of the job: the same bytes in every run, on every machine.</summary>
    protected internal abstract TResult Run(JobContext context);
}
