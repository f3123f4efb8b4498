using System.Runtime.ExceptionServices;
using Tombola.Data;

namespace Tombola.Training;

/// <summary>One mini-batch of a feed: its examples, and room for their numbers if they are read ahead.</summary>
/// <param name="batch">Most examples.</param>
/// <param name="features">Numbers of an example, or 0 if they are not kept here.</param>
internal sealed class BatchSlot(int batch, int features)
{
    private readonly float[] _samples = new float[batch * features];

    /// <summary>Examples in it.</summary>
    public int Count { get; set; }

    /// <summary>Which examples.</summary>
    public int[] Indices { get; } = new int[batch];

    /// <summary>How each comes to lie.</summary>
    public Placement[] Placements { get; } = new Placement[batch];

    /// <summary>Examples that some reader reads or has read. This and what follows is <see cref="BatchReaders"/>' own.</summary>
    public int Taken { get; set; }

    /// <summary>Examples that are not read yet.</summary>
    public int Pending { get; set; }

    /// <summary>The first example that could not be read, and why.</summary>
    public (int Place, ExceptionDispatchInfo Error)? Failure { get; set; }

    /// <summary>Numbers of one example.</summary>
    public Span<float> Sample(int place) => _samples.AsSpan(place * features, features);
}
