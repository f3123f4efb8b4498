using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Tombola.Engine.Foreign;

namespace Tombola.Engine.Networks;

/// <summary>Takes the elements of a tensor for numbers of another type.</summary>
internal static class TensorNumbers
{
    /// <summary>Whether elements of this type can be weights; what is not F32 is converted.</summary>
    public static bool IsFloating(string type) => type is "F32" or "F16" or "BF16" or "F64";

    /// <summary>Writes the elements as single precision: F64 rounded to nearest, ties to even; F16 and BF16 exactly.</summary>
    /// <param name="tensor">A tensor of a type that <see cref="IsFloating"/>.</param>
    /// <param name="singles">As many numbers.</param>
    public static void ToSingles(Tensor tensor, Span<float> singles)
    {
        var bytes = tensor.Bytes.Span;
        switch (tensor.DType)
        {
            case "F32":
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(singles);
                break;
            case "F16":
                var halves = MemoryMarshal.Cast<byte, Half>(bytes);
                for (var i = 0; i < singles.Length; i++) singles[i] = (float)halves[i];
                break;
            case "BF16":
                // The upper half of a single.
                var upper = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < singles.Length; i++) singles[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                break;
            case "F64":
                var doubles = MemoryMarshal.Cast<byte, double>(bytes);
                for (var i = 0; i < singles.Length; i++) singles[i] = (float)doubles[i];
                break;
            default:
                throw new ArgumentException($"{tensor.DType} is no floating-point type.", nameof(tensor));
        }
    }

    /// <summary>Tells zeros from ones, whatever the type.</summary>
    /// <param name="tensor">A mask.</param>
    /// <param name="path">The file it is from, for messages.</param>
    /// <param name="ones">True where the element is one.</param>
    /// <exception cref="InvalidDataException">An element is neither; the message says which.</exception>
    public static void ToBits(Tensor tensor, string path, Span<bool> ones)
    {
        switch (tensor.DType)
        {
            case "BOOL" or "U8": ToBits<byte>(tensor, path, ones); break;
            case "I8": ToBits<sbyte>(tensor, path, ones); break;
            case "I16": ToBits<short>(tensor, path, ones); break;
            case "U16": ToBits<ushort>(tensor, path, ones); break;
            case "I32": ToBits<int>(tensor, path, ones); break;
            case "U32": ToBits<uint>(tensor, path, ones); break;
            case "I64": ToBits<long>(tensor, path, ones); break;
            case "U64": ToBits<ulong>(tensor, path, ones); break;
            case "F16": ToBits<Half>(tensor, path, ones); break;
            case "F64": ToBits<double>(tensor, path, ones); break;
            default:
                var singles = new float[tensor.Count];
                ToSingles(tensor, singles);
                ToBits<float>(Tensor.Over(tensor.Name, singles), path, ones);
                break;
        }
    }

    private static void ToBits<T>(Tensor tensor, string path, Span<bool> ones)
        where T : unmanaged, INumberBase<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span);
        for (var i = 0; i < values.Length; i++)
        {
            ones[i] = values[i] == T.One || (values[i] == T.Zero ? false : throw new InvalidDataException(
                $"{path}: element {i} of the mask tensor {Printable.Name(tensor.Name)} is {values[i].ToString(null, CultureInfo.InvariantCulture)}, not 0 (pruned) or 1 (remaining). Write the mask again with zeros and ones only."));
        }
    }
}
