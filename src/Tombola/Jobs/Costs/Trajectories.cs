namespace Tombola.Jobs;

/// <summary>Jobs that lie on one trajectory, one after the other.</summary>
internal static class Trajectories
{
    /// <summary>Every job that goes on from another of these, with that other: the one before it on its trajectory.</summary>
    public static IEnumerable<(Job Before, Job Job)> Steps(IEnumerable<Job> jobs) =>
        from trajectory in jobs.Where(job => job.Reaches is not null).GroupBy(job => job.Trajectory)
        let places = trajectory.OrderBy(job => job.Reaches).ToArray()
        from both in places.Zip(places.Skip(1))
        select both;

    /// <summary>The cost of every job by its key, when those of one trajectory go on from each other.</summary>
    public static IReadOnlyDictionary<string, double> Costs(IReadOnlyCollection<Job> jobs)
    {
        var costs = jobs.ToDictionary(job => job.Key, job => job.Cost);
        foreach (var (before, job) in Steps(jobs)) costs[job.Key] = job.CostFrom(before.Reaches!.Value);
        return costs;
    }
}
