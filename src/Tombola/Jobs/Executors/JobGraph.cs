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
            if (_nodes.TryGetValue(before.Key, out var earlier)) node.Follow(earlier);
        }

        // From the ends back, so that the longest chain of jobs takes no deep stack.
        var (left, ends) = (_nodes.Values.ToDictionary(node => node, node => node.Next.Count()), new Stack<Node>(_nodes.Values.Where(node => !node.Next.Any())));
        while (ends.TryPop(out var node))
        {
            node.PathCost = node.Cost + node.Next.Select(next => next.PathCost).DefaultIfEmpty().Max();
            foreach (var before in node.Before)
            {
                if (--left[before] == 0) ends.Push(before);
            }
        }
    }

    /// <summary>A job with the jobs that wait for it.</summary>
    public sealed class Node(Job job)
    {
        public Job Job => job;

        /// <summary>Multiply-adds, less what a job before on the same trajectory has done.</summary>
        public double Cost { get; set; } = job.Cost;

        /// <summary>Jobs that need this one.</summary>
        public List<Node> Waiting { get; } = [];

        /// <summary>Jobs that would rather go on from this one, and can do without.</summary>
        public List<Node> Followers { get; } = [];

        /// <summary>Jobs that come after this one.</summary>
        public IEnumerable<Node> Next => Waiting.Concat(Followers);

        /// <summary>Jobs that come before this one.</summary>
        public List<Node> Before { get; } = [];

        /// <summary>Cost of the longest chain from here on: what is started first.</summary>
        public double PathCost { get; set; }

        /// <summary>Jobs before this one that are not done yet.</summary>
        public int Missing { get; set; }

        public bool IsDone { get; set; }

        /// <summary>Time stamp until which the job counts as another process's without a look.</summary>
        public long HeldUntil { get; set; }

        /// <summary>How often another process took the job from this one.</summary>
        public int Losses { get; set; }

        public void WaitFor(Node needed) => ComeAfter(needed, needed.Waiting);

        public void Follow(Node earlier) => ComeAfter(earlier, earlier.Followers);

        /// <summary>All that wait for the job, directly or not, each once.</summary>
        public IReadOnlyCollection<Node> Dependents()
        {
            var (all, open) = (new HashSet<Node>(), new Stack<Node>([this]));
            while (open.TryPop(out var node))
            {
                foreach (var waiting in node.Waiting.Where(all.Add)) open.Push(waiting);
            }

            return all;
        }

        private void ComeAfter(Node other, List<Node> list)
        {
            list.Add(this);
            Before.Add(other);
            Missing++;
        }
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
