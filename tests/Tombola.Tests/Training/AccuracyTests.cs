using Tombola.Engine.Execution;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

/// <summary>Errors and accuracies are counts over a count, and are written as such.</summary>
public sealed class AccuracyTests
{
    [Fact]
    public void An_error_is_misclassified_over_all_and_an_accuracy_the_others_over_all()
    {
        Assert.Equal(0.068, new BatchLoss(1000, 0, 932).Error);
        Assert.Equal(0.932, Accuracy.Of(0.068));
        foreach (var count in new[] { 1000, 3000, 10_000, 60_000 })
        {
            for (var hits = 0; hits <= count; hits += 7)
            {
                var error = new BatchLoss(count, 0, hits).Error;
                Assert.Equal((double)(count - hits) / count, error);
                Assert.Equal((double)hits / count, Accuracy.Of(error), 1e-15);
                if (count is 1000 or 10_000) Assert.Equal((double)hits / count, Accuracy.Of(error));
            }
        }
    }
}
