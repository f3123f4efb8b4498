namespace Tombola.Data;

/// <summary>What <see cref="DataVerifier"/> found out about a file.</summary>
internal enum FileVerdict
{
    /// <summary>It is nowhere.</summary>
    Missing,

    /// <summary>It cannot be read.</summary>
    Damaged,

    /// <summary>It can be read, and its content is not, or not known to be, the published one.</summary>
    NotPublished,

    /// <summary>Its content is the published one.</summary>
    Published,
}

/// <summary>A file of a published archive as it lies on this machine.</summary>
/// <param name="Name">Name under which it was published, with <c>.gz</c>.</param>
/// <param name="Path">Full path of the file, or of the folder it was unpacked to; null if it is missing.</param>
/// <param name="Bytes">Size on disk.</param>
/// <param name="Records">Images or labels in it; null if it cannot be read.</param>
/// <param name="Verdict">The judgement.</param>
/// <param name="Message">The judgement in words, with the checksums it rests on.</param>
internal sealed record FileReport(string Name, string? Path, long Bytes, int? Records, FileVerdict Verdict, string Message);
