using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Studies;
using Tombola.Tests.Jobs;
using Xunit;

namespace Tombola.Tests.Studies.Unmasking;

/// <summary>The fields <c>fraction=adaptive</c> and <c>levelNoise=same</c>, which every study can use.</summary>
public sealed class LevelOptionsTests
{
    private static readonly Preset Mini = ReplicateTests.Mini with { Levels = 4 };

    [Fact]
    public void A_fraction_is_a_number_or_the_word()
    {
        var adaptive = PresetFields.Set(Mini, "fraction=adaptive");
        Assert.True(adaptive.Adaptive);
        Assert.Equal("adaptive", PresetFields.Of(adaptive).Single(field => field.Name == "fraction").Value);
        Assert.Equal(Mini with { Fraction = 0.3 }, PresetFields.Set(adaptive, "fraction=0.3"));
        Assert.DoesNotContain(PresetFields.Of(adaptive), field => field.Name == "adaptive");
        Assert.Contains("or the word adaptive", Assert.Throws<SettingException>(() => PresetFields.Set(Mini, "fraction=adaptiv")).Message, StringComparison.Ordinal);
        Assert.Contains("There is no field 'adaptive'", Assert.Throws<SettingException>(() => PresetFields.Set(Mini, "adaptive=true")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_of_adaptive_levels_take_their_fraction_from_a_search()
    {
        var (fixedLevels, adaptive) = (Replicate(Mini), Replicate(Mini with { Adaptive = true, Tolerance = 1, Brief = 0.1 }));
        for (var level = 1; level <= 4; level++)
        {
            var mask = Assert.IsType<PruneJob>(adaptive.Mask(10, level));
            var search = Assert.IsType<AdaptiveLevelJob>(mask.Search);
            Assert.Equal((0, 0.01, 54, 60), (mask.Fraction, search.Tolerance, search.From, search.To));
            Assert.Equal((mask with { Search = null }).Key, search.Pruning.Key);
            Assert.Equal([0.9, 0.8, 0.6, 0.4, 0.2], search.Fractions);
            Assert.Equal(Math.Pow(0.8, 4), search.Floor, 1e-12);
            Assert.Equal(adaptive.Copy(new Condition(NetworkKinds.Imp, 10, level - 1), 0).Key, mask.State.Key);
            Assert.Null(Assert.IsType<PruneJob>(fixedLevels.Mask(10, level)).Search);
        }

        Assert.Equal(fixedLevels.Copy(Condition.Dense(10), 0).Key, adaptive.Copy(Condition.Dense(10), 0).Key);
    }

    [Fact]
    public void What_is_pruned_at_once_has_the_density_that_the_searches_led_to()
    {
        var adaptive = Replicate(Mini with { Adaptive = true });
        foreach (var kind in new[] { NetworkKinds.Snip, NetworkKinds.MagnitudeAtStart })
        {
            var mask = Assert.IsType<PruneJob>(adaptive.Mask(new Condition(kind, 10, 2)));
            Assert.Equal((0, 0, adaptive.Mask(10, 2)!.Key), (mask.Density, mask.Fraction, mask.Like!.Key));
        }

        Assert.Equal(adaptive.Mask(10, 2)!.Key, Assert.IsType<PruneJob>(MaskSources.OneShot.Of(adaptive, 10, 2)).Like!.Key);
    }

    [Fact]
    public void With_the_same_noise_masks_are_made_from_copies_in_the_trunk_s_order_and_others_differ()
    {
        var (fresh, same) = (Replicate(Mini), Replicate(Mini with { LevelNoise = "same" }));
        var trunk = Assert.IsType<TrainJob>(same.At(10)).Noise;
        Assert.Equal(trunk, Assert.IsType<TrainJob>(fresh.At(10)).Noise);
        var copies = Enumerable.Range(0, 4).Select(level => new Condition(NetworkKinds.Imp, 10, level)).ToArray();
        Assert.All(copies, condition => Assert.Equal(trunk, same.Copy(condition, 0).Noise));
        Assert.Single(copies.Select(condition => same.Copy(condition, 1).Noise).Distinct());
        Assert.NotEqual(trunk, same.Copy(copies[1], 1).Noise);
        Assert.NotEqual(trunk, same.Copy(copies[1] with { Kind = NetworkKinds.RandomPruning }, 0).Noise);
        Assert.Equal(8, copies.SelectMany(condition => new[] { fresh.Copy(condition, 0).Noise, fresh.Copy(condition, 1).Noise }).Append(trunk).Distinct().Count() - 1);
    }

    [Fact]
    public void What_cannot_be_is_refused_in_a_sentence()
    {
        Assert.Contains("it must be fresh or same", Assert.Throws<SettingException>(() => (Mini with { LevelNoise = "none" }).Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("Choose one of them", Assert.Throws<SettingException>(() => (Mini with { Adaptive = true, OneShot = true }).Validate()).Message, StringComparison.Ordinal);
    }

    private static Replicate Replicate(Preset preset) => new(preset, Workshop.Glyphs, 60, 1, 0);
}
