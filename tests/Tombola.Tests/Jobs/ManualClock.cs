namespace Tombola.Tests.Jobs;

/// <summary>A clock that goes on when told to.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long _ticks;

    /// <summary>What the wall says; it may jump.</summary>
    public DateTimeOffset Wall { get; set; } = DateTimeOffset.UtcNow;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan time) => _ticks += time.Ticks;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => Wall;
}
