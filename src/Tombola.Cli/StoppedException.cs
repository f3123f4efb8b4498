namespace Tombola.Cli;

/// <summary>A command was stopped by a signal and says itself what it has kept.</summary>
internal sealed class StoppedException(string message, CancellationToken token) : OperationCanceledException(message, token);
