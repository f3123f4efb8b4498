namespace Tombola.Jobs;

/// <summary>The jobs that a store still lacks of what somebody wants, each once, with who waits for whom.</summary>
internal sealed class JobGraph
{
    private readonly Dictionary<string, Node> _nodes = [];

    public JobGraph(Store store, IEnumerable<Job> wanted, CancellationToken cancellation)
    {
        foreach (var job in wanted) Add(store, job, cancellation);
        foreach (var node in _nodes.Values)
        {
            foreach (var input in node.Job.Inputs.DistinctBy(input => input.Key))
            {
                if (!_nodes.TryGetValue(input.Key, out var needed)) continue;
                needed.Waiting.Add(node);
                node.Missing++;
            }
        }

        foreach (var node in _nodes.Values) _ = node.PathCost();
    }

    /// <summary>A job with the jobs that wait for it.</summary>
    public sealed class Node(Job job)
    {
        private double? _pathCost;

        public Job Job => job;

        public List<Node> Waiting { get; } = [];

        /// <summary>Inputs that are not there yet.</summary>
        public int Missing { get; set; }

        public bool IsDone { get; set; }

        /// <summary>Time stamp until which the job counts as another process's without a look.</summary>
        public long HeldUntil { get; set; }

        /// <summary>How often another process took the job from this one.</summary>
        public int Losses { get; set; }

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
        public double PathCost() => _pathCost ??= job.Cost + Waiting.Select(node => node.PathCost()).DefaultIfEmpty().Max();
    }

    public IReadOnlyCollection<Node> Nodes => _nodes.Values;

    private void Add(Store store, Job job, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_nodes.ContainsKey(job.Key) || store.Contains(job)) return;
        _nodes.Add(job.Key, new Node(job));
        foreach (var input in job.Inputs) Add(store, input, cancellation);
    }
}
