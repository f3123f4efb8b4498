using Tombola.Engine.Naming;

namespace Tombola.Landscape;

/// <summary>Names of the matrices of curvature.</summary>
public static class CurvatureMatrix
{
    /// <summary>Second derivatives of the mean loss.</summary>
    public const string Hessian = "hessian";

    /// <summary>The part of the Hessian that the curvature of the loss over the logits makes: no negative eigenvalue.</summary>
    public const string GaussNewton = "gauss-newton";

    /// <exception cref="SettingException">There is no such matrix.</exception>
    internal static bool IsGaussNewton(string name) => name switch
    {
        Hessian => false,
        GaussNewton => true,
        _ => throw new SettingException($"There is no matrix of curvature '{name}'. There are {Hessian} and {GaussNewton}."),
    };
}
