using Tombola.Engine.Execution.Cpu.Kernels;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu;

/// <summary>The beginning of a plan: samples as the caller writes them, turned into lanes.</summary>
internal sealed class PlanInput
{
    private readonly Network _network;
    private readonly Activation _input;
    private readonly ThreadTeam _team;
    private readonly int _batch;
    private readonly Action<int> _transpose;

    /// <param name="network">The architecture.</param>
    /// <param name="input">Its input.</param>
    /// <param name="batch">Most samples.</param>
    /// <param name="team">Threads.</param>
    public PlanInput(Network network, Activation input, int batch, ThreadTeam team)
    {
        (_network, _input, _batch, _team) = (network, input, batch, team);
        _transpose = Transpose;
    }

    /// <summary>Samples of the current mini-batch.</summary>
    public int Count { get; private set; }

    /// <summary>Samples in one lane block.</summary>
    public int LaneWidth => _input.Lanes;

    /// <summary>Floats from one sample to the next in <see cref="Samples"/>: the features rounded up to 16.</summary>
    public int SampleStride => _input.SampleStride;

    /// <summary>The mini-batch, <c>[sample][channel, row, column]</c> with rows of <see cref="SampleStride"/>.</summary>
    public Span<float> Samples => _input.Samples.Span;

    /// <summary>Samples in a lane block of a network: fewer where maps take so much memory that more would not stay in the caches.</summary>
    public static int LanesFor(Network network, int batch)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Layers.Any(layer => layer is not (LinearLayer or ReluLayer)) ? LanePlanes.Lanes : batch <= 16 ? 16 : batch <= 32 ? 32 : 64;
    }

    /// <inheritdoc cref="IBatchPlan.Sample"/>
    public Span<float> Sample(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_batch, nameof(index));
        return _input.Samples.Span.Slice(index * _input.SampleStride, _network.Input.Count);
    }

    /// <summary>Turns the first <paramref name="count"/> samples into lanes.</summary>
    public void Prepare(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        _team.Run(_transpose);
    }

    /// <summary>Samples into lanes, and zeros into the lanes beyond the batch.</summary>
    private void Transpose(int member)
    {
        var pixels = _network.Input.Rows * _network.Input.Columns;
        var (from, to) = _team.Part(member, _network.Input.Count);
        for (var channel = from / pixels; channel * pixels < to; channel++)
        {
            var (start, end) = (Math.Max(from, channel * pixels) - (channel * pixels), Math.Min(to, (channel + 1) * pixels) - (channel * pixels));
            for (var block = 0; block * LaneWidth < Count; block++)
            {
                var samples = Math.Min(LaneWidth, Count - (block * LaneWidth));
                var lanes = _input.Plane(_input.Values, block, channel);
                LaneKernels.Transpose(Samples[((block * LaneWidth * SampleStride) + (channel * pixels))..], SampleStride, lanes, LaneWidth, samples, start, end);
                for (var f = start; f < end && samples < LaneWidth; f++) lanes.Slice((f * LaneWidth) + samples, LaneWidth - samples).Clear();
            }
        }
    }
}
