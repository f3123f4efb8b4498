using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Reference;

/// <summary>A network whose max pooling must choose among equal values in every window, and the gradient that choosing the first gives.</summary>
/// <remarks>
/// A convolution with weight 0 and bias 1 makes every value 1. Its weight's gradient is the pixel under each window's winner times what flows back.
/// The windows of the 3x3 map start at its four corners and overlap; the pixels are 1 to 9, so winners 1, 2, 4 and 5 (first of each window) sum to 12.
/// </remarks>
internal static class EqualValues
{
    public static Network Network { get; } = Create();

    /// <summary>Convolution 0 and 1; class 0 sums the windows, class 1 is always 0.</summary>
    public static NetworkState State { get; } = new(Network.Space, [0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);

    public static float[][] Samples { get; } = [[1, 2, 3, 4, 5, 6, 7, 8, 9]];

    public static int[] Labels { get; } = [0];

    public static double[] Gradient { get; } = Expected();

    private static Network Create()
    {
        var builder = new NetworkBuilder("equal values", new Shape(1, 3, 3));
        builder.Linear("fc", builder.MaxPool(builder.Convolution("conv", builder.Input, 1, 1), 2, 1), 2);
        return builder.Build();
    }

    private static double[] Expected()
    {
        var (first, second) = (ReferenceLoss.Of([4, 0], 0).Gradient[0], ReferenceLoss.Of([4, 0], 0).Gradient[1]);
        return [12 * first, 4 * first, first, first, first, first, second, second, second, second, first, second];
    }
}
