using MathNet.Numerics.LinearAlgebra;
using Tombola.Engine.Numerics;
using Tombola.Landscape;

namespace Tombola.Tests.Landscape;

/// <summary>A symmetric matrix that is there as a whole.</summary>
internal sealed class GivenMatrix(Matrix<double> matrix) : ISymmetricOperator
{
    public int Dimension => matrix.RowCount;

    public Matrix<double> Matrix => matrix;

    public int Products { get; private set; }

    public double[] Eigenvalues => [.. matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];

    /// <summary>A matrix with these eigenvalues, turned by chance.</summary>
    public static GivenMatrix With(IReadOnlyList<double> eigenvalues, ulong seed)
    {
        var turn = Rotation(eigenvalues.Count, seed);
        var matrix = turn * Matrix<double>.Build.DenseOfDiagonalArray([.. eigenvalues]) * turn.Transpose();
        return new GivenMatrix((matrix + matrix.Transpose()) / 2);
    }

    public static Matrix<double> Rotation(int size, ulong seed)
    {
        var stream = new RandomStream(seed, RandomStream.Data);
        return Matrix<double>.Build.Dense(size, size, (i, j) => stream.Normal(0, (ulong)((i * size) + j), 0)).QR().Q;
    }

    public void Multiply(ReadOnlySpan<float> vector, Span<double> product)
    {
        Products++;
        for (var i = 0; i < Dimension; i++)
        {
            product[i] = 0;
            for (var j = 0; j < Dimension; j++) product[i] += matrix[i, j] * vector[j];
        }
    }
}
