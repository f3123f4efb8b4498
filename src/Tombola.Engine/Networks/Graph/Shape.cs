namespace Tombola.Engine.Networks;

/// <summary>Shape of one example or of one activation: channels, rows, columns. A vector of n features is n x 1 x 1.</summary>
public readonly record struct Shape(int Channels, int Rows, int Columns)
{
    /// <summary>Number of values.</summary>
    public int Count => Channels * Rows * Columns;

    /// <summary>The shape of a vector: so many channels of one row and one column.</summary>
    public static Shape Vector(int features) => new(features, 1, 1);

    /// <inheritdoc/>
    public override string ToString() => Rows == 1 && Columns == 1 ? $"{Channels}" : $"{Channels}x{Rows}x{Columns}";
}
