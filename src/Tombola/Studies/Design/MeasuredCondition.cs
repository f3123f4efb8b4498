namespace Tombola.Studies;

/// <summary>A condition and what to know of it besides the accuracy of its copies.</summary>
/// <param name="Condition">The network.</param>
/// <param name="Measures">What of it.</param>
/// <param name="Copies">Copies to train; null for as many as the request has. A person who asks for a number has that.</param>
public sealed record MeasuredCondition(Condition Condition, IReadOnlyList<Measure> Measures, int? Copies = null);

/// <summary>Conditions with their measures.</summary>
public static class MeasuredConditions
{
    /// <summary>The condition with measures; without any, accuracy alone.</summary>
    public static MeasuredCondition Measured(this Condition condition, IReadOnlyList<Measure>? measures = null, int? copies = null) => new(condition, measures ?? [], copies);

    /// <summary>The same for many.</summary>
    public static IEnumerable<MeasuredCondition> Measured(this IEnumerable<Condition> conditions, IReadOnlyList<Measure>? measures = null, int? copies = null) =>
        conditions.Select(condition => condition.Measured(measures, copies));
}
