using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>The weights of a plan: all parameters one after the other; of layers that are computed sparsely only what the mask leaves.</summary>
/// <remarks>Gradients and the optimiser's states have the same order, so a pruned weight of such a layer costs neither time nor memory.</remarks>
internal sealed class PlanWeights
{
    private readonly Dictionary<string, StoredParameter> _byName;
    private readonly StoredParameter[] _parameters;

    /// <param name="network">The architecture.</param>
    /// <param name="mask">The weights that remain, or null for all.</param>
    /// <param name="sparse">The phases of a layer that are computed sparsely, given how many of its weights remain.</param>
    public PlanWeights(Network network, Mask? mask, Func<Parameter, int, SparsePhases> sparse)
    {
        (Space, Bits) = (network.Space, mask?.Bits.ToArray() ?? []);
        _parameters = new StoredParameter[Space.Parameters.Count];
        for (var i = 0; i < _parameters.Length; i++)
        {
            var parameter = Space.Parameters[i];
            var remaining = mask?.CountIn(parameter) ?? parameter.Count;
            var phases = remaining == parameter.Count ? default : sparse(parameter, remaining);
            _parameters[i] = new StoredParameter(parameter, Count, remaining, phases, phases == default ? null : IndicesOfRemaining(mask!, parameter));
            Count += _parameters[i].Count;
        }

        _byName = _parameters.ToDictionary(stored => stored.Parameter.Name);
    }

    public WeightSpace Space { get; }

    /// <summary>The mask's bits, or nothing.</summary>
    public ulong[] Bits { get; }

    /// <summary>Numbers stored.</summary>
    public int Count { get; }

    /// <summary>Whether every weight has a place, so that the order is that of <see cref="Space"/>.</summary>
    public bool IsWhole => Count == Space.Count;

    /// <summary>The weights.</summary>
    public Slab Slab { get; set; }

    /// <summary>The direction of a <see cref="CurvaturePlan"/>, in the same order; else empty.</summary>
    public Slab Direction { get; set; }

    public IReadOnlyList<StoredParameter> Parameters => _parameters;

    public StoredParameter this[string name] => _byName[name];

    /// <summary>The numbers stored for a parameter.</summary>
    public Span<float> Of(StoredParameter stored) => Slab.Span.Slice(stored.Offset, stored.Count);

    /// <summary>The direction's numbers for a parameter.</summary>
    public Span<float> DirectionOf(StoredParameter stored) => Direction.Span.Slice(stored.Offset, stored.Count);

    /// <summary>From a vector in the order of <see cref="Space"/> to the plan's order.</summary>
    public void Pack(ReadOnlySpan<float> all, Span<float> stored)
    {
        Checked.That(all.Length == Space.Count && stored.Length == Count);
        foreach (var part in _parameters)
        {
            var from = part.Parameter.Of(all);
            var to = stored.Slice(part.Offset, part.Count);
            if (!part.IsCompact)
            {
                from.CopyTo(to);
                continue;
            }

            var remaining = part.RemainingIndices!;
            for (var n = 0; n < remaining.Length; n++) to[n] = from[remaining[n]];
        }
    }

    /// <summary>Back from the plan's order, with zeros in the place of what is not stored.</summary>
    public void Unpack(ReadOnlySpan<float> stored, Span<float> all)
    {
        Checked.That(all.Length == Space.Count && stored.Length == Count);
        foreach (var part in _parameters)
        {
            var from = stored.Slice(part.Offset, part.Count);
            var to = part.Parameter.Of(all);
            if (!part.IsCompact)
            {
                from.CopyTo(to);
                continue;
            }

            to.Clear();
            var remaining = part.RemainingIndices!;
            for (var n = 0; n < remaining.Length; n++) to[remaining[n]] = from[n];
        }
    }

    private static int[] IndicesOfRemaining(Mask mask, Parameter parameter)
    {
        var remaining = new int[mask.CountIn(parameter)];
        var n = 0;
        for (var i = 0; i < parameter.Count; i++)
        {
            if (mask[parameter.Offset + i]) remaining[n++] = i;
        }

        return remaining;
    }
}
