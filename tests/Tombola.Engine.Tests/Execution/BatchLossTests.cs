using Tombola.Engine.Execution;

namespace Tombola.Engine.Tests.Execution;

public class BatchLossTests
{
    [Fact]
    public void Loss_and_error_are_means_over_the_samples()
    {
        var loss = new BatchLoss(8, 2.0, 6);
        Assert.Equal((0.25, 0.25), (loss.Loss, loss.Error));
    }

    [Fact]
    public void Batches_add_up_to_the_whole() => Assert.Equal(new BatchLoss(11, 3.5, 7), new BatchLoss(8, 2.0, 6) + new BatchLoss(3, 1.5, 1));
}
