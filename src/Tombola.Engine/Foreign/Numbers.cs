using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace Tombola.Engine.Foreign;

/// <summary>Reads numbers that a person or a file wrote: always with a decimal point, never with separators of thousands.</summary>
/// <remarks>The framework's own default takes "0,0012" for twelve, since it allows separators anywhere.</remarks>
internal static class Numbers
{
    /// <summary>Reads a whole number without fraction or exponent, or a finite number such as 0.0012 or 1.2e-3.</summary>
    public static bool TryParse<T>([NotNullWhen(true)] string? text, out T value)
        where T : struct, INumber<T>
    {
        var style = IsWhole(typeof(T)) ? NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite : NumberStyles.Float;
        return T.TryParse(text, style, CultureInfo.InvariantCulture, out value) && T.IsFinite(value);
    }

    /// <summary>What a type takes, for a message: "a whole number from 0 up, for example --seed 3".</summary>
    /// <param name="setting">What stands before the number in the example, such as <c>"--seed "</c>.</param>
    public static string Expected<T>(string setting = "")
        where T : struct, INumber<T> => IsWhole(typeof(T))
        ? T.IsNegative(T.Zero - T.One) ? $"a whole number, for example {setting}3" : $"a whole number from 0 up, for example {setting}3"
        : $"a number with a decimal point and no other separator, for example {setting}0.05";

    private static bool IsWhole(Type type) => type != typeof(double) && type != typeof(float) && type != typeof(decimal);
}
