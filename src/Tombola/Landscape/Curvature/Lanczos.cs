using MathNet.Numerics.LinearAlgebra;

namespace Tombola.Landscape;

/// <summary>Lanczos' method with full reorthogonalisation: a small tridiagonal matrix whose eigenvalues approach the ends of the spectrum of a large one (Golub and Van Loan, section 10.1).</summary>
/// <remarks>
/// Against every earlier vector, since without that converged eigenvalues come again as ghosts. Where the vectors span a subspace that the matrix keeps, the method goes on
/// from another random vector, which finds eigenvalues of several dimensions again.
/// </remarks>
internal sealed class Lanczos
{
    /// <summary>A new direction shorter than this part of the matrix's size is none but rounding.</summary>
    private const double Nothing = 1e-6;

    private readonly ISymmetricOperator _matrix;
    private readonly ulong _seed;
    private readonly List<float[]> _basis = [];
    private readonly List<double> _diagonal = [], _beside = [];
    private readonly double[] _next;
    private int _draws;
    private double _size;

    /// <param name="matrix">The matrix.</param>
    /// <param name="seed">Seed of the random vectors.</param>
    /// <param name="number">Number of the first of them.</param>
    public Lanczos(ISymmetricOperator matrix, ulong seed, int number)
    {
        (_matrix, _seed, _draws, _next) = (matrix, seed, number, new double[matrix.Dimension]);
        var signs = CurvatureVectors.Signs(matrix.Dimension, seed, _draws);
        for (var i = 0; i < signs.Length; i++) signs[i] /= MathF.Sqrt(signs.Length);
        _basis.Add(signs);
    }

    /// <summary>Steps so far, each of which takes one product.</summary>
    public int Steps => _diagonal.Count;

    /// <summary>Whether there are as many vectors as dimensions.</summary>
    public bool IsComplete => Steps == _matrix.Dimension;

    /// <summary>One step more. Not to be taken when the basis is complete.</summary>
    /// <param name="look">Sees the current vector and its product.</param>
    public void Step(Action<float[], double[]>? look = null)
    {
        var (current, step) = (_basis[^1], Steps);
        _matrix.Multiply(current, _next);
        look?.Invoke(current, _next);
        var along = CurvatureVectors.Dot(current, _next);
        _diagonal.Add(along);
        CurvatureVectors.Orthogonalise(_next, _basis);
        var rest = CurvatureVectors.Norm(_next);
        _size = Math.Max(_size, Math.Abs(along) + rest + (step > 0 ? _beside[step - 1] : 0));
        if (IsComplete)
        {
            _beside.Add(0);
            return;
        }

        var isNew = rest > Nothing * _size;
        _beside.Add(isNew ? rest : 0);
        _basis.Add(isNew ? CurvatureVectors.Unit(_next, rest) : Another());
    }

    /// <summary>Eigenvalues of the tridiagonal matrix, ascending, how far each is from one of the large matrix at most, and the weight of each in the first vector.</summary>
    public RitzValue[] Values()
    {
        var small = Matrix<double>.Build.Dense(Steps, Steps);
        for (var i = 0; i < Steps; i++)
        {
            small[i, i] = _diagonal[i];
            if (i + 1 < Steps) small[i, i + 1] = small[i + 1, i] = _beside[i];
        }

        var found = small.Evd(Symmetricity.Symmetric);
        return
        [
            .. Enumerable.Range(0, Steps)
                .Select(i => new RitzValue(found.EigenValues[i].Real, _beside[^1] * Math.Abs(found.EigenVectors[Steps - 1, i]), found.EigenVectors[0, i] * found.EigenVectors[0, i]))
                .OrderBy(value => value.Value),
        ];
    }

    /// <summary>A random unit vector at right angles to all before.</summary>
    private float[] Another()
    {
        for (; ; )
        {
            // Far from the numbers of other runs.
            var signs = CurvatureVectors.Signs(_next.Length, _seed, (++_draws * 0x10001) + 0x40000000);
            for (var i = 0; i < _next.Length; i++) _next[i] = signs[i];
            CurvatureVectors.Orthogonalise(_next, _basis);
            var norm = CurvatureVectors.Norm(_next);
            if (norm > 1e-3) return CurvatureVectors.Unit(_next, norm);
        }
    }
}

/// <summary>An eigenvalue of Lanczos' tridiagonal matrix.</summary>
/// <param name="Value">The eigenvalue.</param>
/// <param name="Residual">|A x - value x| of its unit vector x: an eigenvalue of A lies no farther away.</param>
/// <param name="Weight">Square of the first element of its vector: a node of Gauss' quadrature.</param>
internal readonly record struct RitzValue(double Value, double Residual, double Weight);
