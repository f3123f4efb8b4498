namespace Tombola.Jobs;

/// <summary>The store cannot be written: whatever is computed now would be lost.</summary>
public sealed class StoreWriteException(string message, Exception cause) : IOException(message, cause);
