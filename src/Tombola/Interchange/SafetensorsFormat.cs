using Tombola.Engine.Networks;

namespace Tombola.Interchange;

/// <summary>The format of the safetensors library, and our own.</summary>
internal static class SafetensorsFormat
{
    /// <summary>The brace of the header, behind its length.</summary>
    private const int BraceAt = 8;

    public static ModelFormat Format { get; } = new("safetensors", Recognise, Safetensors.Read);

    private static bool Recognise(Stream file)
    {
        Span<byte> start = stackalloc byte[BraceAt + 1];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[BraceAt] == '{';
    }
}
