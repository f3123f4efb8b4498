using System.Text;

namespace Tombola.Interchange;

/// <summary>An array of NumPy as a pickle makes it: empty first, then given its state.</summary>
internal sealed class NumpyArray
{
    /// <summary>Its shape; empty until it has its state.</summary>
    public IReadOnlyList<long> Shape { get; private set; } = [];

    /// <summary>Its type in NumPy's words: <c>u1</c>.</summary>
    public string Type { get; private set; } = "";

    /// <summary>Its elements row by row, as bytes.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>(version, shape, type, whether by columns, bytes). The name is the package's.</summary>
#pragma warning disable CA1707
    public void __setstate__(object?[] state)
    {
        if (state is not [_, var shape, NumpyType type, false or 0, var elements]) throw new InvalidDataException("an array of NumPy is not row by row");
        (Shape, Type) = (PickledNumber.Wholes(shape, "the shape of an array"), type.Name);
        Bytes = elements switch
        {
            byte[] bytes => bytes,
            string text => Encoding.Latin1.GetBytes(text),
            _ => throw new InvalidDataException("an array of NumPy has no elements"),
        };
    }
#pragma warning restore CA1707
}

/// <summary>A type of NumPy.</summary>
/// <param name="Name">Kind and bytes: <c>u1</c>.</param>
internal sealed record NumpyType(string Name)
{
    /// <summary>Byte order and the like, of which single bytes have none. The name is the package's.</summary>
#pragma warning disable CA1707, CA1822
    public void __setstate__(object?[] state)
    {
    }
#pragma warning restore CA1707, CA1822
}
