using System.Collections;

namespace Tombola.Interchange;

/// <summary>Takes values of a pickle for what they must be.</summary>
internal static class PickledNumber
{
    /// <summary>A whole number that fits 64 bits.</summary>
    /// <param name="value">A value.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="InvalidDataException">It is anything else.</exception>
    public static long Whole(object? value, string what) => value switch
    {
        int number => number,
        long number => number,
        _ => throw new InvalidDataException($"{what} is no whole number"),
    };

    /// <summary>Whole numbers of a tuple or a list.</summary>
    /// <inheritdoc cref="Whole"/>
    public static long[] Wholes(object? value, string what) => value is IList list and (object[] or ArrayList)
        ? [.. list.Cast<object?>().Select(number => Whole(number, what))]
        : throw new InvalidDataException($"{what} is no tuple");
}
