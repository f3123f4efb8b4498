using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>Of what, and over what, curvature is taken.</summary>
public sealed record CurvatureSettings
{
    /// <summary>Training examples unless it is said otherwise.</summary>
    public const int DefaultExamples = 2048;

    /// <summary>One of <see cref="CurvatureMatrix"/>.</summary>
    public string Matrix { get; init; } = CurvatureMatrix.Hessian;

    /// <summary>Training examples whose mean loss it is, drawn once, without augmentation; all if there are fewer.</summary>
    public int Examples { get; init; } = DefaultExamples;

    /// <summary>Whether biases, and scales and shifts of batch norms, may move besides the remaining prunable weights.</summary>
    public bool AllParameters { get; init; }

    /// <summary>Whether batch norms normalise by mini-batches, as in training, instead of by their running statistics.</summary>
    public bool BatchStatistics { get; init; }

    /// <exception cref="SettingException">A field is out of range.</exception>
    internal void Validate()
    {
        _ = CurvatureMatrix.IsGaussNewton(Matrix);
        SettingException.ThrowIfLessThan(Examples, 1, "The number of examples for curvature");
    }
}
