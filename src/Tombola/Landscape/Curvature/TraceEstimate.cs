using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>The trace of a matrix that is known by its products, by Hutch++ (Meyer et al. 2021, algorithm 1).</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Error">Its standard error; 0 where it is exact.</param>
/// <param name="Products">Products that it took.</param>
/// <remarks>
/// Exactly on a subspace into which the matrix throws random vectors, where most of the trace is, and by random signs (Hutchinson 1990) at right angles to it.
/// </remarks>
public sealed record TraceEstimate(double Value, double Error, int Products)
{
    /// <param name="matrix">The matrix.</param>
    /// <param name="products">Products to spend, a third on each of the three parts.</param>
    /// <param name="seed">Seed of the random vectors.</param>
    /// <param name="first">Number of the first of them.</param>
    /// <exception cref="SettingException">There are too few products for an error.</exception>
    internal static TraceEstimate Of(ISymmetricOperator matrix, int products, ulong seed, int first)
    {
        SettingException.ThrowIfLessThan(products, 6, "The number of products for a trace");
        var (part, size) = (Math.Min(products / 3, matrix.Dimension), matrix.Dimension);
        var (basis, product, spent) = (new List<float[]>(), new double[size], 0);
        for (var i = 0; i < part; i++)
        {
            Multiply(CurvatureVectors.Signs(size, seed, first + i));
            var before = CurvatureVectors.Norm(product);
            CurvatureVectors.Orthogonalise(product, basis);
            var norm = CurvatureVectors.Norm(product);
            if (norm > 1e-6 * before) basis.Add(CurvatureVectors.Unit(product, norm));
        }

        var exact = 0.0;
        foreach (var unit in basis)
        {
            Multiply(unit);
            exact += CurvatureVectors.Dot(unit, product);
        }

        if (basis.Count == size) return new TraceEstimate(exact, 0, spent);
        var (rest, draws) = (new double[size], new double[part]);
        for (var i = 0; i < part; i++)
        {
            var signs = CurvatureVectors.Signs(size, seed, first + part + i);
            for (var j = 0; j < size; j++) rest[j] = signs[j];
            CurvatureVectors.Orthogonalise(rest, basis);
            var vector = CurvatureVectors.Unit(rest, 1);
            Multiply(vector);
            draws[i] = CurvatureVectors.Dot(vector, product);
        }

        var mean = draws.Average();
        return new TraceEstimate(exact + mean, Math.Sqrt(draws.Sum(draw => (draw - mean) * (draw - mean)) / (part - 1) / part), spent);

        void Multiply(float[] vector)
        {
            matrix.Multiply(vector, product);
            spent++;
        }
    }
}
