using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tombola.Data;

/// <summary>Everything in an archive of CIFAR.</summary>
/// <param name="Train">Files of training records.</param>
/// <param name="Test">File of test records.</param>
internal sealed record CifarContent(IReadOnlyList<CifarFile> Train, CifarFile Test)
{
    private readonly Lazy<string> _sha256 = new(() => Hash(Train.Append(Test)));

    public int TrainCount { get; } = Train.Sum(file => file.Labels.Length);

    public int TestCount => Test.Labels.Length;

    /// <summary>SHA-256 of all records, file by file, each file with its length.</summary>
    public string Sha256 => _sha256.Value;

    /// <summary>Half a sentence on why this cannot be what was published, or null.</summary>
    public string? Difference => (TrainCount, TestCount) == (CifarFormat.PublishedTrain, CifarFormat.PublishedTest) ? null : FormattableString.Invariant(
        $"{TrainCount:N0} + {TestCount:N0} records, where it has {CifarFormat.PublishedTrain:N0} + {CifarFormat.PublishedTest:N0}");

    private static string Hash(IEnumerable<CifarFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        foreach (var file in files)
        {
            BinaryPrimitives.WriteInt64LittleEndian(length, file.Records.Length);
            hash.AppendData(length);
            hash.AppendData(file.Records.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
