using System.Security.Cryptography;
using System.Text;

namespace Tombola.Data;

/// <summary>Fingerprints: the first 16 hexadecimal digits of a SHA-256.</summary>
internal static class ContentHash
{
    private const int Digits = 16;

    public static string Shorten(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];

    /// <summary>Fingerprint from a whole SHA-256 in hexadecimal.</summary>
    public static string Shorten(string sha256) => sha256[..Digits];

    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Digits];

    /// <summary>MD5 of a stream: the checksum that the archives were published with, no protection against anyone.</summary>
#pragma warning disable CA5351 // Broken cryptographic algorithm: it is all that the archives' publishers give.
    public static IncrementalHash StartMd5() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    public static string Md5Of(Stream stream) => Convert.ToHexStringLower(MD5.HashData(stream));
#pragma warning restore CA5351
}
