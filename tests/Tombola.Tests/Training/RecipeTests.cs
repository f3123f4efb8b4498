using Tombola.Engine.Naming;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Training;

public sealed class RecipeTests
{
    public static TheoryData<Recipe, string> Refused => new()
    {
        { new Recipe { Optimizer = "lion" }, "There is no optimiser 'lion'. Optimisers: sgd, adam, rmsprop." },
        { new Recipe { LearningRate = 0 }, "The field learningRate is 0; it must be a number above 0 and below 1000." },
        { new Recipe { LearningRate = double.NaN }, "The field learningRate is NaN;" },
        { new Recipe { Momentum = 1 }, "The field momentum is 1;" },
        { new Recipe { WeightDecay = -0.5 }, "The field weightDecay is -0.5;" },
        { new Recipe { Batch = 0 }, "The field batch is 0; it must be a whole number from 1 to 65536." },
        { new Recipe { Gamma = 1.5 }, "The field gamma is 1.5;" },
        { new Recipe { LearningRate = 0.1, FinalRate = 0.2 }, "The field finalRate is 0.2;" },
        { new Recipe { Schedule = "exponential" }, "The field finalRate is 0; it must be above 0 for an exponential schedule." },
        { new Recipe { Nesterov = true }, "The field nesterov is True;" },
        { new Recipe { Nesterov = true, Momentum = 0.9, Optimizer = "rmsprop" }, "The field nesterov is True;" },
        { new Recipe { Steps = "0it" }, "The field steps is 0it; it must be at least one step" },
        { new Recipe { Steps = "soon" }, "'soon' is not a step." },
        { new Recipe { Warmup = "a bit" }, "'a bit' is not a step." },
        { new Recipe { Milestones = "10it,later" }, "'later' is not a step." },
        { new Recipe { Schedule = "sawtooth" }, "There is no schedule 'sawtooth'." },
        { new Recipe { Augmentation = "mixup" }, "There is no augmentation 'mixup'. Augmentations: none, flip_crop." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_field_out_of_range_is_named(Recipe recipe, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingException>(recipe.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void The_default_recipe_is_valid() => Assert.Null(Record.Exception(new Recipe().Validate));

    [Fact]
    public void A_batch_larger_than_the_training_set_is_refused() =>
        Assert.Contains("batch of 11 is larger", Assert.Throws<SettingException>(() => Trainer.StepsPerEpoch(10, 11)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(10, 5, 2)]
    [InlineData(10, 4, 3)]
    [InlineData(60000, 60, 1000)]
    public void The_rest_of_an_epoch_is_a_step_too(int examples, int batch, int steps) => Assert.Equal(steps, Trainer.StepsPerEpoch(examples, batch));
}
