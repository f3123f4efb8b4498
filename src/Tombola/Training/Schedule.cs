using Tombola.Engine.Naming;

namespace Tombola.Training;

/// <summary>The learning rate at every step: a pure function of the recipe.</summary>
/// <remarks>rate(i) = shape(i) * min(1, i / warmup); with milestones shape = base * gamma^(milestones passed). Steps count from 0.</remarks>
public sealed class Schedule
{
    private readonly Func<long, double> _shape;
    private readonly long _warmup;

    private Schedule(Func<long, double> shape, long warmup) => (_shape, _warmup) = (shape, warmup);

    /// <summary>Names a recipe may give.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "milestones", "cosine", "linear", "exponential"];

    /// <summary>The schedule of a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="stepsPerEpoch">Optimiser updates in an epoch, for steps given in epochs.</param>
    public static Schedule Of(Recipe recipe, int stepsPerEpoch)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var (first, last) = (recipe.LearningRate, recipe.FinalRate);
        var total = (double)recipe.TotalSteps(stepsPerEpoch);
        var milestones = recipe.Milestones.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => StepCount.Parse(text).ToIterations(stepsPerEpoch))
            .ToArray();
        Func<long, double> shape = recipe.Schedule switch
        {
            "constant" => _ => first,
            "milestones" => step => first * Math.Pow(recipe.Gamma, milestones.Count(milestone => step >= milestone)),
            "cosine" => step => last + ((first - last) * (1 + Math.Cos(Math.PI * Math.Min(1, step / total))) / 2),
            "linear" => step => first + ((last - first) * Math.Min(1, step / total)),
            "exponential" => step => first * Math.Pow(last / first, Math.Min(1, step / total)),
            _ => throw new SettingException($"There is no schedule '{recipe.Schedule}'. Schedules: {string.Join(", ", Names)}."),
        };
        return new Schedule(shape, StepCount.Parse(recipe.Warmup).ToIterations(stepsPerEpoch));
    }

    /// <summary>Learning rate of the update that leads from <paramref name="step"/> to the next.</summary>
    public double Rate(long step) => _shape(step) * (_warmup == 0 ? 1 : Math.Min(1, (double)step / _warmup));
}
