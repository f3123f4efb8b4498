namespace Tombola.Landscape;

/// <summary>A symmetric matrix that is known by its products only.</summary>
public interface ISymmetricOperator
{
    /// <summary>Rows and columns.</summary>
    int Dimension { get; }

    /// <summary>Multiplies with a vector; the same bits every time.</summary>
    /// <param name="vector">A number for every column.</param>
    /// <param name="product">Receives a number for every row.</param>
    void Multiply(ReadOnlySpan<float> vector, Span<double> product);
}
