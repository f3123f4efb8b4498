using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tombola.Jobs;

/// <summary>A pure function with all its inputs: other jobs, settings, seeds. Its key is the SHA-256 of its canonical JSON.</summary>
public abstract record Job
{
    private string? _key;

    protected Job()
    {
    }

    // A copy made by `with` differs from the original, so it must not take the key along.
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

    /// <summary>64 hexadecimal digits. Same key, same bytes, from the same version of the program: a later one may round differently, as when sparse kernels came, so every entry names its version.</summary>
    public string Key => _key ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Describe().ToJsonString())));

    /// <summary>The canonical JSON: sorted, defaults dropped, other jobs by their keys.</summary>
    public JsonObject Describe() => CanonicalJson.Of(this);

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
