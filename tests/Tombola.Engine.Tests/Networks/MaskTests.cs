using FsCheck;
using FsCheck.Fluent;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Networks;

/// <summary>The bits against an array of truth values, over a space whose parameters begin and end in the middle of words.</summary>
public class MaskTests
{
    private static readonly WeightSpace Space = new(
        [("a.weight", [7, 13], true), ("a.bias", [7], false), ("b.weight", [10, 33], true), ("b.bias", [3], false)]);

    private static readonly Arbitrary<bool[]> Models =
        Gen.Choose(0, 100).SelectMany(percent => Gen.Choose(0, 99).Select(x => x < percent).ArrayOf(Space.Count)).Select(KeepBiases).ToArbitrary();

    [Fact]
    public void Every_bit_is_what_it_was_told() =>
        Prop.ForAll(Models, model =>
        {
            var mask = Of(model);
            return Enumerable.Range(0, Space.Count).All(i => mask[i] == model[i]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Counts_are_those_of_the_array() =>
        Prop.ForAll(Models, model =>
        {
            var mask = Of(model);
            var counts = Space.Parameters.All(parameter => mask.CountIn(parameter) == model.AsSpan(parameter.Offset, parameter.Count).Count(true));
            var remaining = Space.Prunable.Sum(parameter => model.AsSpan(parameter.Offset, parameter.Count).Count(true));
            return counts && mask.Remaining == remaining && mask.Density == (double)remaining / Space.PrunableCount;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_mask_is_within_another_that_keeps_at_least_as_much() =>
        Prop.ForAll(Models, Models, (x, y) =>
        {
            var both = Of([.. x.Zip(y, (p, q) => p && q)]);
            return both.IsWithin(Of(x)) && both.IsWithin(Of(y)) && Of(x).IsWithin(Of(y)) == x.Zip(y).All(pair => !pair.First || pair.Second);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Masks_are_equal_when_all_bits_are() =>
        Prop.ForAll(Models, Gen.Choose(0, Space.Count - 1).ToArbitrary(), (model, index) =>
        {
            var (mask, twin) = (Of(model), Of([.. model]));
            var same = mask.Equals(twin) && mask.Equals((object)twin) && mask.GetHashCode() == twin.GetHashCode();
            var other = KeepBiases([.. model.Select((kept, i) => kept != (i == index))]);
            return same && mask.Equals(Of(other)) == model.SequenceEqual(other);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Applying_a_mask_zeroes_what_it_prunes_and_nothing_else() =>
        Prop.ForAll(Models, model =>
        {
            var mask = Of(model);
            var weights = Formula.Vector(Space.Count, 3);
            var expected = weights.Select((w, i) => model[i] ? w : 0).ToArray();
            var heldBefore = mask.HoldsFor(weights);
            var under = new NetworkState(Space, [.. weights]).Under(mask).Weights;
            mask.Apply(weights);
            return heldBefore == !model.Contains(false) && weights.SequenceEqual(expected) && mask.HoldsFor(weights) && under.SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_pruned_weight_that_is_not_a_number_breaks_the_mask()
    {
        var mask = new Mask(Space, i => i != 5);
        var weights = new float[Space.Count];
        Assert.True(mask.HoldsFor(weights));
        weights[5] = float.NaN;
        Assert.False(mask.HoldsFor(weights));
    }

    /// <summary>One weight that is not zero, in a vector of any length: the ends of words count as much as their middles.</summary>
    [Fact]
    public void A_mask_holds_while_nothing_that_it_prunes_has_a_weight() =>
        Prop.ForAll(Gen.Choose(1, 200).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (length, place, percent) =>
        {
            var space = new WeightSpace([("weight", [length], true)]);
            var mask = new Mask(space, i => Formula.Unit((uint)i, (uint)place) * 100 < percent);
            var weights = new float[length];
            var zero = mask.HoldsFor(weights);
            Array.Fill(weights, -0f);
            var minusZero = mask.HoldsFor(weights);
            weights[place % length] = float.Epsilon;
            var one = mask.HoldsFor(weights) == mask[place % length];
            weights = Formula.Vector(length, 3);
            return zero && minusZero && one && mask.HoldsFor(weights) == (mask.Remaining == length);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_mask_of_states_keeps_what_any_of_them_has_and_what_is_not_prunable() =>
        Prop.ForAll(Models, Models, (x, y) =>
        {
            var (first, second) = (StateOf(x, 0.5f), StateOf(y, -0.25f));
            var both = Mask.OfRemaining([first, second]);
            var exact = Enumerable.Range(0, Space.Count).All(i => both[i] == (x[i] || y[i]));
            var alone = Mask.OfRemaining([first]).Equals(Of(x)) && Mask.OfRemaining([second, first]).Equals(both);
            return exact && alone && both.HoldsFor(first.Weights) && both.HoldsFor(second.Weights);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_mask_of_states_keeps_zero_biases_and_what_is_not_a_number_and_prunes_both_zeros()
    {
        var state = new NetworkState(Space);
        (state.Weights[3], state.Weights[4]) = (float.NaN, -0f);
        var mask = Mask.OfRemaining([state]);
        Assert.Equal((1, true, false), (mask.Remaining, mask[3], mask[4]));
        foreach (var bias in Space.Parameters.Where(parameter => !parameter.Prunable)) Assert.Equal(bias.Count, mask.CountIn(bias));
    }

    [Fact]
    public void A_mask_without_some_weights_has_all_others_and_lists_them_in_order() =>
        Prop.ForAll(Models, Models, (x, y) =>
        {
            var mask = Of(x);
            int[] pruned = [.. Enumerable.Range(0, Space.Count).Where(i => x[i] && !y[i]).OrderBy(i => Formula.Unit((uint)i, 1))];
            var (less, expected) = (mask.Without(pruned), Of([.. x.Zip(y, (first, second) => first && second)]));
            return less.Equals(expected) && less.Remaining == expected.Remaining && mask.Equals(Of(x))
                && Space.Parameters.All(parameter => less.RemainingIn(parameter).SequenceEqual(Enumerable.Range(parameter.Offset, parameter.Count).Where(i => less[i])))
                && less.RemainingIn([.. Space.Prunable]).SequenceEqual(Space.Prunable.SelectMany(parameter => less.RemainingIn(parameter)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_pruned_already_or_twice_or_cannot_be_pruned_is_refused()
    {
        var mask = Mask.Full(Space).Without([1]);
        foreach (var wrong in new int[][] { [0, 1], [2, 2], [Space["b.bias"].Offset], [Space.Count], [-1] })
        {
            var refused = Assert.Throws<ArgumentException>(() => mask.Without(wrong));
            Assert.Contains($"Of {wrong.Length} weights to prune only {wrong.Distinct().Count(i => i is 0 or 2)} remain", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_full_mask_keeps_everything()
    {
        var full = Mask.Full(Space);
        Assert.False(full.Equals(null));
        Assert.Equal((Space.PrunableCount, 1.0), (full.Remaining, full.Density));
        Assert.All(Enumerable.Range(0, Space.Count), i => Assert.True(full[i]));
    }

    [Fact]
    public void The_bits_have_a_word_to_spare_that_keeps_nothing()
    {
        var bits = Mask.Full(Space).Bits;
        Assert.True(bits.Length * 64 >= Space.Count + 64);
        Assert.Equal(0UL, bits[^1]);
    }

    [Fact]
    public void A_mask_that_prunes_a_bias_is_refused_by_name()
    {
        var bias = Space["b.bias"];
        var failure = Assert.Throws<ArgumentException>(() => new Mask(Space, i => i != bias.Offset + 1));
        Assert.Contains("b.bias", failure.Message, StringComparison.Ordinal);
    }

    private static Mask Of(bool[] model) => new(Space, i => model[i]);

    /// <summary>A state with a value where the model is true; the biases of any model are kept, whether they are zero or not.</summary>
    private static NetworkState StateOf(bool[] model, float value) =>
        new(Space, [.. model.Select((kept, i) => kept && (i % 2 == 0 || Space.Prunable.Any(parameter => i >= parameter.Offset && i < parameter.Offset + parameter.Count)) ? value : 0)]);

    private static bool[] KeepBiases(bool[] model)
    {
        foreach (var parameter in Space.Parameters.Where(parameter => !parameter.Prunable)) model.AsSpan(parameter.Offset, parameter.Count).Fill(true);
        return model;
    }
}
