using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Memory;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>Finds out how long every activation and gradient lives, and has them laid out in memory.</summary>
/// <param name="passes">All passes, in forward order.</param>
/// <param name="segments">When they run.</param>
/// <param name="input">The network's input.</param>
/// <param name="logits">The network's output.</param>
/// <param name="members">Threads.</param>
/// <param name="planner">Takes the reservations.</param>
/// <param name="curvature">Which products with curvature the passes are for: values and gradients have tangents then. Null for none.</param>
internal sealed class ActivationPlacement(
    Pass[] passes, SegmentPlanner segments, Activation input, Activation logits, int members, ArenaPlanner planner, CurvatureTerms? curvature)
{
    private readonly Lifetime[] _moments = [.. Enumerable.Range(0, passes.Length).Select(segments.LifetimeOf)];

    /// <summary>Asks for all memory that the passes need.</summary>
    /// <exception cref="Naming.SettingException">One activation is more than a slab can hold.</exception>
    public void Reserve()
    {
        // The input is evaluated again with other weights, so it stays.
        planner.Reserve(input.Floats, -1, segments.End, slab => input.Values = slab);
        planner.Reserve((long)input.SampleStride * input.Lanes * input.Blocks, -1, segments.End, slab => input.Samples = slab);
        for (var i = 0; i < passes.Length; i++)
        {
            passes[i].Output.Owner.HasTangent = curvature is not null && passes[i].MakesTangent;
            passes[i].Reserve(planner, _moments[i], new Crew(members, segments.At(_moments[i].Backward).Groups(input.Blocks)));
            PlaceValues(i);
        }

        if (segments.Backward.Length > 0) PlaceGradients();
    }

    private void PlaceValues(int i)
    {
        var (pass, output) = (passes[i], passes[i].Output);
        var readers = segments.ReadersOf(output);
        var last = pass.ReadsOutputBackward ? _moments[i].Backward : _moments[i].Forward;
        foreach (var reader in readers)
        {
            // The sign of a rectified value decides where its gradient passes.
            var backward = passes[reader].ReadsInputsBackward || output.Rectified;
            last = Math.Max(last, backward ? _moments[reader].Backward : _moments[reader].Forward);
        }

        if (!segments.IsRecomputed(pass))
        {
            // The logits are looked at after the last pass.
            var until = ReferenceEquals(output, logits.Owner) ? segments.End : last;
            planner.Reserve(output.Floats, _moments[i].Forward, until, slab => output.Values = slab);
            if (output.HasTangent) planner.Reserve(output.Floats, _moments[i].Forward, until, slab => output.Tangent = slab);
            return;
        }

        var (forward, lastForward, backwardAgain) = (_moments[i].Forward, _moments[readers.Max()].Forward, _moments[readers.Max()].Backward);
        var readAtEnd = readers.Any(reader => passes[reader].UpdateReadsInput);
        planner.Reserve(
            FloatsFor(output, lastForward == forward, forward), forward, lastForward, slab => output.Values = output.ForwardValues = slab);
        planner.Reserve(
            FloatsFor(output, last == backwardAgain && !readAtEnd, backwardAgain), backwardAgain, last, slab => output.BackwardValues = slab);
    }

    /// <summary>Floats of an activation: if it is used inside one segment only, a group of lane blocks for each thread will do, and stay in the cache.</summary>
    private long FloatsFor(Activation activation, bool inOneSegment, int moment) =>
        inOneSegment ? (long)activation.BlockStride * Math.Min(input.Blocks, segments.At(moment).Group * members) : activation.Floats;

    private void PlaceGradients()
    {
        var gradients = new Dictionary<Activation, SharedGradient>();
        for (var i = passes.Length - 1; i >= 0; i--)
        {
            var output = passes[i].Output;
            var readers = segments.ReadersOf(output);
            var first = ReferenceEquals(output, logits.Owner) ? segments.Loss : readers.Min(reader => _moments[reader].Backward);
            var gradient = readers.Length == 1 && TakesPlaceOf(passes[readers[0]], output) ? gradients[passes[readers[0]].Output] : new SharedGradient(output.Floats, first);
            gradient.Members.Add(output);
            gradient.Last = _moments[i].Backward;
            gradients[output] = gradient;
        }

        foreach (var gradient in gradients.Values.Distinct())
        {
            // A Gauss-Newton product needs no gradient but that of the logits.
            if (curvature is not { GaussNewton: true } || gradient.Members.Contains(logits.Owner))
            {
                planner.Reserve(gradient.Floats, gradient.First, gradient.Last, slab => gradient.Members.ForEach(member => member.Gradient = slab));
            }

            if (curvature is not null) planner.Reserve(gradient.Floats, gradient.First, gradient.Last, slab => gradient.Members.ForEach(member => member.GradientTangent = slab));
        }
    }

    /// <summary>Whether a pass may write the gradient of what it alone reads over the gradient of what it writes.</summary>
    private static bool TakesPlaceOf(Pass reader, Activation read) =>
        reader.GradientInPlace
            && ReferenceEquals(reader.Inputs[0].Activation, read)
            && reader.Inputs.Count(source => ReferenceEquals(source.Activation.Owner, read)) == 1
            && (reader.Output.BlockStride, reader.Output.PlaneStride) == (read.BlockStride, read.PlaneStride);

    /// <summary>A piece of memory for the gradients of one activation, or of several where each is computed in the place of the next.</summary>
    private sealed class SharedGradient(long floats, int first)
    {
        public long Floats => floats;

        public int First => first;

        public int Last { get; set; }

        public List<Activation> Members { get; } = [];
    }
}
