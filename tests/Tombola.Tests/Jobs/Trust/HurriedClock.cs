namespace Tombola.Tests.Jobs.Trust;

/// <summary>A clock by which some seconds pass between two looks, so that nobody waits for the silent.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimeSpan.TicksPerSecond * 7);
}
