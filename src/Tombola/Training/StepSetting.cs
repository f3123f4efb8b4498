using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Training;

/// <summary>What takes the training steps that a benchmark times.</summary>
/// <param name="Model">Name of the architecture.</param>
/// <param name="Recipe">Optimiser and batch.</param>
/// <param name="Threads">Threads that share one network.</param>
/// <param name="Workers">Networks trained side by side, each with its own threads.</param>
public sealed record StepSetting(string Model, Recipe Recipe, int Threads = 1, int Workers = 1)
{
    /// <summary>The network, if everything is in range.</summary>
    internal Network CreateNetwork()
    {
        SettingException.ThrowIfLessThan(Threads, 1, "The number of threads");
        SettingException.ThrowIfLessThan(Workers, 1, "The number of workers");
        Recipe.Validate();
        return Architectures.Create(Model);
    }
}
