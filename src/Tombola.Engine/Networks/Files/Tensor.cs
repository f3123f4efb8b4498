using System.Runtime.InteropServices;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;

namespace Tombola.Engine.Networks;

/// <summary>A named array as a safetensors file holds it.</summary>
/// <param name="Name">Name, unique in its file.</param>
/// <param name="DType">Element type in safetensors' words: <c>F32</c>, <c>U8</c>, <c>I64</c>, ...</param>
/// <param name="Shape">Row-major shape; empty for a single number.</param>
/// <param name="Bytes">The elements, little-endian, row-major, without gaps.</param>
public sealed record Tensor(string Name, string DType, IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Number of elements.</summary>
    public int Count => Shape.Aggregate(1, (product, n) => checked(product * n));

    /// <summary>A tensor over a copy of <paramref name="values"/>.</summary>
    /// <typeparam name="T">float, double, byte, bool, int, long, ulong, short or Half.</typeparam>
    /// <exception cref="ArgumentException">The shape has another number of elements, or safetensors knows no such type.</exception>
    public static Tensor Of<T>(string name, IReadOnlyList<int> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        var tensor = new Tensor(name, ElementType.NameOf<T>(), [.. shape], MemoryMarshal.AsBytes(values).ToArray());
        return tensor.Count == values.Length
            ? tensor
            : throw new ArgumentException($"Tensor {name} of shape {Listing.OfShape(shape)} takes {tensor.Count} values, not {values.Length}.", nameof(values));
    }

    /// <summary>A tensor of one dimension over an array itself, not a copy.</summary>
    /// <typeparam name="T">As for <see cref="Of"/>.</typeparam>
    public static Tensor Over<T>(string name, T[] values)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return new Tensor(name, ElementType.NameOf<T>(), [values.Length], new BytesOf<T>(values).Memory);
    }

    /// <summary>The elements, without a copy.</summary>
    /// <typeparam name="T">The type that <see cref="DType"/> stands for.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor holds elements of another type.</exception>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged => DType == ElementType.NameOf<T>()
        ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
        : throw new InvalidOperationException($"Tensor {Name} holds {DType}, not {ElementType.NameOf<T>()}.");
}

/// <summary>Element types of the safetensors format: name, size, and the .NET type where there is one.</summary>
internal static class ElementType
{
    private static readonly Dictionary<string, (int Size, Type? Type)> Known = new(StringComparer.Ordinal)
    {
        ["BOOL"] = (1, typeof(bool)),
        ["U8"] = (1, typeof(byte)),
        ["I8"] = (1, typeof(sbyte)),
        ["I16"] = (2, typeof(short)),
        ["U16"] = (2, typeof(ushort)),
        ["F16"] = (2, typeof(Half)),
        ["BF16"] = (2, null),
        ["I32"] = (4, typeof(int)),
        ["U32"] = (4, typeof(uint)),
        ["F32"] = (4, typeof(float)),
        ["I64"] = (8, typeof(long)),
        ["U64"] = (8, typeof(ulong)),
        ["F64"] = (8, typeof(double)),
    };

    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>Bytes of one element, or 0 for an unknown name.</summary>
    public static int SizeOf(string name) => Known.TryGetValue(name, out var known) ? known.Size : 0;

    public static string NameOf<T>() => Known.FirstOrDefault(pair => pair.Value.Type == typeof(T)).Key
        ?? throw new SettingException($"Safetensors has no element type for {typeof(T).Name}. Element types: {string.Join(", ", Names)}.");
}
