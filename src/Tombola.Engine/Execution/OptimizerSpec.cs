namespace Tombola.Engine.Execution;

/// <summary>Update rules by name.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent, with momentum (and Nesterov's look-ahead) if set.</summary>
    Sgd,

    /// <summary>Kingma and Ba 2015.</summary>
    Adam,

    /// <summary>Tieleman and Hinton 2012.</summary>
    RmsProp,
}

/// <summary>An optimiser and its constants; the learning rate comes with every step. Defaults are PyTorch's.</summary>
/// <param name="Kind">The update rule.</param>
/// <param name="Momentum">SGD and RMSprop: factor of the velocity.</param>
/// <param name="Nesterov">SGD: look ahead along the velocity.</param>
/// <param name="WeightDecay">Added to the gradient as decay * w, for every parameter.</param>
/// <param name="Beta1">Adam: memory of the first moment.</param>
/// <param name="Beta2">Adam: memory of the second moment.</param>
/// <param name="Smoothing">RMSprop: memory of the mean square.</param>
/// <param name="Epsilon">Adam and RMSprop: added to the root.</param>
public sealed record OptimizerSpec(
    OptimizerKind Kind, double Momentum = 0, bool Nesterov = false, double WeightDecay = 0, double Beta1 = 0.9, double Beta2 = 0.999, double Smoothing = 0.99, double Epsilon = 1e-8);
