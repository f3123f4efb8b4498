namespace Tombola.Training;

/// <summary>Fractions of examples that are classified correctly, and the others.</summary>
internal static class Accuracy
{
    /// <summary>Digits that are always there; the seventeenth is noise of the subtraction.</summary>
    private const int Digits = 15;

    /// <summary>Of an error, as somebody would write it: 0.932 of 0.068.</summary>
    public static double Of(double error) => Rest(error);

    /// <summary>The other way round.</summary>
    public static double ErrorOf(double accuracy) => Rest(accuracy);

    private static double Rest(double fraction) => Math.Round(1 - fraction, Digits);
}
