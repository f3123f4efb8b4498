using Tombola.Engine.Networks;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class CifarPresetTests
{
    /// <summary>A step count in whichever of the two units it is given in.</summary>
    private static readonly Func<string, double> Length = text => StepCount.Parse(text) is { Epochs: 0 } steps ? steps.Iterations : StepCount.Parse(text).Epochs;

    public static TheoryData<string> Names => [.. KnownPresets.All.Where(preset => preset.Data.Name == "cifar10").Select(preset => preset.Name)];

    /// <summary>Name, network, weights, steps, batch, learning rate, milestones, warmup, density studied in percent.</summary>
    public static TheoryData<string, string, int, string, int, double, string, string, double> Published => new()
    {
        { "resnet20-cifar10", "cifar_resnet_20", 272_474, "63000it", 128, 0.1, "32000it,48000it", "0it", 16.8 },
        { "resnet20-cifar10-low", "cifar_resnet_20", 272_474, "63000it", 128, 0.01, "32000it,48000it", "0it", 8.6 },
        { "resnet20-cifar10-warmup", "cifar_resnet_20", 272_474, "63000it", 128, 0.03, "32000it,48000it", "30000it", 8.6 },
        { "vgg16-cifar10", "cifar_vgg_16", 14_728_266, "63000it", 128, 0.1, "32000it,48000it", "0it", 1.5 },
        { "vgg16-cifar10-low", "cifar_vgg_16", 14_728_266, "63000it", 128, 0.01, "32000it,48000it", "0it", 5.5 },
        { "vgg16-cifar10-warmup", "cifar_vgg_16", 14_728_266, "63000it", 128, 0.1, "32000it,48000it", "30000it", 1.5 },
        { "resnet18-cifar10", "cifar_resnet_20", 272_474, "30000it", 128, 0.1, "20000it,25000it", "0it", 16.7 },
        { "resnet18-cifar10-low", "cifar_resnet_20", 272_474, "30000it", 128, 0.01, "20000it,25000it", "0it", 16.7 },
        { "resnet18-cifar10-warmup", "cifar_resnet_20", 272_474, "30000it", 128, 0.03, "20000it,25000it", "20000it", 16.7 },
        { "vgg19-cifar10", "cifar_vgg_19", 20_040_522, "112000it", 64, 0.1, "56000it,84000it", "0it", 2.2 },
        { "vgg19-cifar10-low", "cifar_vgg_19", 20_040_522, "112000it", 64, 0.01, "56000it,84000it", "0it", 2.2 },
        { "vgg19-cifar10-warmup", "cifar_vgg_19", 20_040_522, "112000it", 64, 0.1, "56000it,84000it", "10000it", 2.2 },
        { "resnet20-large-batch", "cifar_resnet_20", 272_474, "85ep", 128, 0.1, "56ep,71ep", "0it", 3.5 },
        { "conv2-cifar10", "cifar_conv_2", 4_301_642, "75ep", 128, 0.01, "", "0it", 3.5 },
        { "conv4-cifar10", "cifar_conv_4", 2_425_930, "75ep", 128, 0.01, "", "0it", 3.5 },
        { "conv6-cifar10", "cifar_conv_6", 2_262_602, "75ep", 128, 0.01, "", "0it", 3.5 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void A_preset_is_the_published_setting(
        string name, string model, int weights, string steps, int batch, double rate, string milestones, string warmup, double density)
    {
        var preset = KnownPresets.Find(name);
        var recipe = preset.Recipe;
        Assert.Equal((model, weights), (preset.Model, Architectures.Create(preset.Model).Space.Count));
        Assert.Equal((steps, batch, rate, milestones, warmup), (recipe.Steps, recipe.Batch, recipe.LearningRate, recipe.Milestones, recipe.Warmup));
        Assert.Equal(("sgd", 0.9, false, 0.1), (recipe.Optimizer, recipe.Momentum, recipe.Nesterov, recipe.Gamma));
        Assert.Equal(name == "resnet20-large-batch" ? 1e-5 : 1e-4, recipe.WeightDecay);
        Assert.Equal(milestones.Length > 0 ? "milestones" : "cosine", recipe.Schedule);
        Assert.Equal("flip_crop", recipe.Augmentation);
        Assert.Equal(("cifar10", "standard", "kaiming_normal", "uniform"), (preset.Data.Name, preset.Data.Pixels, preset.Initializer, preset.BatchNormInitializer));
        Assert.Equal(!model.StartsWith("cifar_resnet", StringComparison.Ordinal), preset.ExemptOutput);
        Assert.Equal(density / 100, Math.Pow(1 - preset.Fraction, preset.StudiedLevel), 0.001);
        Assert.True(preset.StudiedLevel <= preset.Levels);
        Assert.NotEmpty(preset.Choices);
    }

    [Fact]
    public void Every_preset_on_CIFAR_is_in_the_table() => Assert.Equal(
        KnownPresets.All.Where(preset => preset.Data.Name == "cifar10").Select(preset => preset.Name).Order(), Published.Select(row => (string)row[0]).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scale_keeps_the_proportions_of_the_schedule(string name)
    {
        var whole = KnownPresets.Find(name).Recipe;
        foreach (var scale in Scale.All)
        {
            var part = scale.Apply(KnownPresets.Find(name)).Recipe;
            var factor = Length(part.Steps) / Length(whole.Steps);
            var (before, after) = (Milestones(whole), Milestones(part));
            Assert.Equal(before.Length, after.Length);

            // Each length is rounded up to a step or an epoch, and so is the whole.
            Assert.All(before.Zip(after), pair => Assert.InRange(pair.Second - (factor * pair.First), -1, 1));
            Assert.InRange(Length(part.Warmup) - (factor * Length(whole.Warmup)), -1, 1);
            Assert.Equal(after.Distinct().Order(), after);
            Assert.All(after, milestone => Assert.InRange(milestone, 1, Length(part.Steps) - 1));
            Assert.Equal((whole.Schedule, whole.LearningRate, whole.WeightDecay), (part.Schedule, part.LearningRate, part.WeightDecay));
        }

        static double[] Milestones(Recipe recipe) => [.. recipe.Milestones.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Length)];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tiny_trains_a_narrow_network_of_the_same_family_on_drawn_images_and_claims_nothing_that_was_published(string name)
    {
        var (preset, tiny) = (KnownPresets.Find(name), Scale.Find("tiny").Apply(KnownPresets.Find(name)));
        var (network, small) = (Architectures.Create(preset.Model), Architectures.Create(tiny.Model));
        Assert.True(small.Flops * 20 < network.Flops);
        Assert.Equal(Family(network), Family(small));
        Assert.Equal(network.Space.StatisticsCount > 0, small.Space.StatisticsCount > 0);
        Assert.Equal((network.Input, network.Classes), (small.Input, small.Classes));
        Assert.Equal("colour_glyphs", tiny.Data.Name);
        Assert.Null(tiny.Published);
        Assert.Equal(name, tiny.Name);
        Assert.InRange(tiny.Levels, 1, 7);

        static string Family(Network network) => string.Join('_', network.Name.Split('_')[..2]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Small_trains_on_the_real_data_and_the_real_network_unless_that_takes_hours(string name)
    {
        var (preset, small) = (KnownPresets.Find(name), Scale.Find("small").Apply(KnownPresets.Find(name)));
        Assert.Equal(preset.Data, small.Data);
        if (name is not "resnet20-large-batch" && name.StartsWith("resnet", StringComparison.Ordinal))
        {
            // A network that stands for ResNet-20, where that itself would take days to be as unstable as it is.
            Assert.Equal(("cifar_resnet_8_8", 16, preset.Published, 6000), (small.Model, small.Recipe.Batch, small.Published, (int)Length(small.Recipe.Steps)));
            return;
        }

        Assert.Equal(preset.Recipe.Batch, small.Recipe.Batch);
        if (name.StartsWith("vgg", StringComparison.Ordinal)) Assert.Equal((preset.Model + "_32", null), (small.Model, small.Published));
        else Assert.Equal((preset.Model, preset.Published), (small.Model, small.Published));
        Assert.True(Length(small.Recipe.Steps) < Length(preset.Recipe.Steps) / 5);
        Assert.Equal(1, Scale.Find("small").ReplicatesOf(preset));
    }

    /// <summary>Fewer levels, each of which removes more: the density that the paper studies, or nearly.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Small_studies_about_the_same_density_in_half_the_levels(string name)
    {
        var (preset, small) = (KnownPresets.Find(name), Scale.Find("small").Apply(KnownPresets.Find(name)));
        Assert.Equal((preset.Levels + 1) / 2, small.Levels);
        Assert.InRange(Math.Pow(1 - small.Fraction, small.StudiedLevel) / Math.Pow(1 - preset.Fraction, preset.StudiedLevel), 0.79, 1.26);
        Assert.Equal([0, 0.03, 0.1, 0.25], small.RewindFractions!);
    }

    [Fact]
    public void What_a_person_sets_after_the_scale_has_chosen_a_network_stays()
    {
        var tiny = Scale.Find("tiny");
        var preset = tiny.Shrink(PresetFields.Set(PresetFields.Set(tiny.Substitute(KnownPresets.Find("resnet20-cifar10")), "model=cifar_resnet_14_4"), "warmup=10000it"));
        Assert.Equal(("cifar_resnet_14_4", "100it", "630it"), (preset.Model, preset.Recipe.Warmup, preset.Recipe.Steps));
    }
}
