namespace Tombola.Engine.Execution.Cpu;

/// <summary>Which products with curvature a plan's passes are for.</summary>
/// <param name="GaussNewton">Only the first-order terms.</param>
/// <param name="NormParameters">Scales and shifts of batch norms may move.</param>
/// <param name="BatchStatistics">Batch norms normalise by the mini-batch.</param>
internal sealed record CurvatureTerms(bool GaussNewton, bool NormParameters, bool BatchStatistics)
{
    /// <summary>Whether a batch norm may be folded into the convolution before it: it must be one fixed factor and one fixed bias for each channel.</summary>
    public bool FoldsNorms => !NormParameters && !BatchStatistics;
}
