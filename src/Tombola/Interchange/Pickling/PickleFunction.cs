using Razorvine.Pickle;

namespace Tombola.Interchange;

/// <summary>What stands here for a function or class of Python that a pickle calls.</summary>
/// <param name="call">Its result from its arguments.</param>
internal sealed class PickleFunction(Func<object?[], object?> call) : IObjectConstructor
{
    /// <summary>The name is the package's.</summary>
    object IObjectConstructor.construct(object[] args) => call(args)!;
}
