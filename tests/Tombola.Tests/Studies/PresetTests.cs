using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Studies;

public sealed class PresetTests
{
    private static readonly Preset LeNet = KnownPresets.Find("lenet-mnist");

    [Fact]
    public void Every_preset_is_valid_at_every_scale() =>
        Assert.All(KnownPresets.All, preset => Assert.All(Scale.All, scale => Assert.Null(Record.Exception(scale.Apply(preset).Validate))));

    [Fact]
    public void Fields_of_the_preset_its_recipe_and_its_data_are_set_by_name()
    {
        Assert.Equal(LeNet with { Levels = 3 }, PresetFields.Set(LeNet, "levels=3"));
        Assert.Equal(LeNet with { ExemptOutput = false }, PresetFields.Set(LeNet, "exemptOutput=false"));
        Assert.Equal(LeNet with { Recipe = LeNet.Recipe with { LearningRate = 0.5 } }, PresetFields.Set(LeNet, " LearningRate = 0.5 "));
        Assert.Equal(LeNet with { Recipe = LeNet.Recipe with { Augmentation = "flip_crop" } }, PresetFields.Set(LeNet, "augmentation=flip_crop"));
        Assert.Equal(LeNet with { Data = LeNet.Data with { Name = "glyphs" } }, PresetFields.Set(LeNet, "data=glyphs"));
        Assert.Equal(LeNet with { Data = LeNet.Data with { Subsample = 100 } }, PresetFields.Set(LeNet, "subsample=100"));
        Assert.Equal(LeNet with { BatchNormInitializer = "fixed" }, PresetFields.Set(LeNet, "batchNormInitializer=fixed"));
    }

    [Fact]
    public void Setting_a_field_leaves_the_preset_that_was_given_alone()
    {
        var before = LeNet with { };
        PresetFields.Set(LeNet, "levels=3");
        PresetFields.Set(LeNet, "batch=3");
        Assert.Equal(before, LeNet);
    }

    [Fact]
    public void Every_field_that_is_listed_takes_its_own_value_back() => Assert.All(
        PresetFields.Of(LeNet).Where(field => field.Value is not null),
        field => Assert.Equal(LeNet, PresetFields.Set(LeNet, FormattableString.Invariant($"{field.Name}={field.Value}"))));

    [Theory]
    [InlineData("learningRte=1", "There is no field 'learningRte'. Did you mean learningRate?")]
    [InlineData("name=x", "There is no field 'name'.")]
    [InlineData("fingerprint=x", "There is no field 'fingerprint'.")]
    [InlineData("levels=many", "The field levels cannot be 'many'; it takes a whole number, for example levels=3.")]
    [InlineData("levels=2.5", "The field levels cannot be '2.5'; it takes a whole number")]
    [InlineData("exemptOutput=maybe", "The field exemptOutput cannot be 'maybe'; it takes true or false")]
    [InlineData("learningRate=fast", "The field learningRate cannot be 'fast'; it takes a number")]
    [InlineData("levels", "'levels' sets nothing.")]
    [InlineData("=3", "'=3' sets nothing.")]
    public void What_cannot_be_set_is_explained(string assignment, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingException>(() => PresetFields.Set(LeNet, assignment)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("fraction=1", "The field fraction is 1;")]
    [InlineData("levels=-1", "The field levels is -1;")]
    [InlineData("points=1", "The field points is 1;")]
    [InlineData("studiedLevel=101", "The field studiedLevel is 101;")]
    [InlineData("model=alexnet", "There is no model 'alexnet'.")]
    [InlineData("model=cifar_resnet_21", "In the model name 'cifar_resnet_21', '21' is not a depth")]
    [InlineData("model=cifar_resnet_20_0", "In the model name 'cifar_resnet_20_0', '0' is not a width")]
    [InlineData("batchNormInitializer=random", "There is no batch-norm initialiser 'random'. There are: fixed, oneone, positivenegative, uniform.")]
    [InlineData("pixels=bright", "There is no pixel scale 'bright'.")]
    [InlineData("pruning=gentle", "There is no pruning strategy 'gentle'.")]
    [InlineData("batch=0", "The field batch is 0;")]
    [InlineData("augmentation=flip", "There is no augmentation 'flip'.")]
    public void A_value_out_of_range_is_refused_when_the_preset_is_checked(string assignment, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingException>(PresetFields.Set(LeNet, assignment).Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Unknown_names_are_refused_with_the_nearest_and_all_others()
    {
        Refuses(() => KnownPresets.Find("lenet-mnits"), "There is no preset 'lenet-mnits'. Did you mean lenet-mnist?", KnownPresets.All.Select(preset => preset.Name));
        Refuses(() => StudyCatalogue.Find("lmc/fig1"), "There is no study 'lmc/fig1'. Did you mean lmc/fig", StudyCatalogue.All.Select(study => study.Name));
        Refuses(() => Scale.Find("smal"), "There is no scale 'smal'. Did you mean small?", Scale.All.Select(scale => scale.Name));

        static void Refuses(Action find, string start, IEnumerable<string> names)
        {
            var message = Assert.Throws<SettingException>(find).Message;
            Assert.StartsWith(start, message, StringComparison.Ordinal);
            Assert.All(names, name => Assert.Contains(name, message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_known_name_finds_its_own()
    {
        Assert.All(KnownPresets.All, preset => Assert.Same(preset, KnownPresets.Find(preset.Name)));
        Assert.All(StudyCatalogue.All, study => Assert.Same(study, StudyCatalogue.Find(study.Name)));
        Assert.All(Scale.All, scale => Assert.Same(scale, Scale.Find(scale.Name)));
        Assert.All(StudyCatalogue.All, study => Assert.Equal(study.DefaultPreset, KnownPresets.Find(study.DefaultPreset).Name));
    }

    [Theory]
    [InlineData("aple", "Did you mean apple? There are: apple, pear.")]
    [InlineData("PEAR", "Did you mean pear? There are: apple, pear.")]
    [InlineData("strawberry", "There are: apple, pear.")]
    public void Only_a_name_that_is_near_is_suggested(string typed, string hint) => Assert.Equal(hint, NearestName.Hint(typed, ["apple", "pear"]));

    [Fact]
    public void The_paper_scale_is_the_preset() => Assert.Same(LeNet, Scale.Find("paper").Apply(LeNet));

    [Fact]
    public void Steps_warmup_milestones_and_levels_shrink_together()
    {
        var preset = LeNet with { Recipe = LeNet.Recipe with { Warmup = "100it", Milestones = "1000it,30ep", Schedule = "milestones" } };
        var small = Scale.Find("small").Apply(preset);
        Assert.Equal(preset with { Recipe = preset.Recipe with { Steps = "4800it", Warmup = "20it", Milestones = "200it,6ep" } }, small);
        var tiny = Scale.Find("tiny").Apply(preset);
        Assert.Equal(
            preset with { Levels = 5, StudiedLevel = 4, Data = new DatasetSpec { Name = "glyphs" }, Published = null, RewindFractions = ScaledDown.FewRewindFractions, Recipe = preset.Recipe with { Steps = "600it", Warmup = "3it", Milestones = "25it,1ep" } }, tiny);
    }

    [Theory]
    [InlineData("small", 5)]
    [InlineData("tiny", 40)]
    public void A_scaled_length_is_rounded_up_and_never_by_a_whole_step(string scale, int divisor)
    {
        foreach (var steps in Enumerable.Range(1, 3000))
        {
            var scaled = Scale.Find(scale).Apply(LeNet with { Recipe = LeNet.Recipe with { Steps = $"{steps}it" } });
            Assert.Equal($"{(steps + divisor - 1) / divisor}it", scaled.Recipe.Steps);
        }
    }
}
