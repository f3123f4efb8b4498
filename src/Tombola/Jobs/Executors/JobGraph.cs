namespace Tombola.Jobs;

/// <summary>The jobs that a store still lacks of what somebody wants, each once, with who waits for whom: for inputs, and for the job before on the same trajectory.</summary>
internal sealed class JobGraph
{
    private readonly Dictionary<string, Node> _nodes = [];
    private readonly Dictionary<string, Job> _stored = [];

    public JobGraph(Store store, IEnumerable<Job> wanted, CancellationToken cancellation)
    {
        foreach (var job in wanted) Add(store, job, cancellation);
        foreach (var node in _nodes.Values)
        {
            foreach (var input in node.Job.Inputs.DistinctBy(input => input.Key))
            {
                if (_nodes.TryGetValue(input.Key, out var needed)) node.WaitFor(needed);
            }
        }

        foreach (var (before, job) in Trajectories.Steps([.. _nodes.Values.Select(node => node.Job), .. _stored.Values]))
        {
            if (!_nodes.TryGetValue(job.Key, out var node)) continue;
            node.Cost = job.CostFrom(before.Reaches!.Value);
            if (_nodes.TryGetValue(before.Key, out var needed)) node.WaitFor(needed);
        }

        foreach (var node in _nodes.Values) _ = node.PathCost();
    }

    /// <summary>A job with the jobs that wait for it.</summary>
    public sealed class Node(Job job)
    {
        private double? _pathCost;

        public Job Job => job;

        /// <summary>Multiply-adds, less what a job before on the same trajectory has done.</summary>
        public double Cost { get; set; } = job.Cost;

        public List<Node> Waiting { get; } = [];

        /// <summary>Inputs that are not there yet.</summary>
        public int Missing { get; set; }

        public bool IsDone { get; set; }

        /// <summary>Time stamp until which the job counts as another process's without a look.</summary>
        public long HeldUntil { get; set; }

        /// <summary>How often another process took the job from this one.</summary>
        public int Losses { get; set; }

        public void WaitFor(Node needed)
        {
            needed.Waiting.Add(this);
            Missing++;
        }

        /// <summary>All that wait for the job, directly or not, each once.</summary>
        public IReadOnlyCollection<Node> Dependents()
        {
            var all = new HashSet<Node>();
            Add(this);
            return all;

            void Add(Node node)
            {
                foreach (var waiting in node.Waiting.Where(all.Add)) Add(waiting);
            }
        }

        /// <summary>Cost of the longest chain from here on: what is started first.</summary>
        public double PathCost() => _pathCost ??= Cost + Waiting.Select(node => node.PathCost()).DefaultIfEmpty().Max();
    }

    public IReadOnlyCollection<Node> Nodes => _nodes.Values;

    private void Add(Store store, Job job, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_nodes.ContainsKey(job.Key) || _stored.ContainsKey(job.Key)) return;
        if (store.Contains(job))
        {
            _stored.Add(job.Key, job);
            return;
        }

        _nodes.Add(job.Key, new Node(job));
        foreach (var input in job.Inputs) Add(store, input, cancellation);
    }
}
