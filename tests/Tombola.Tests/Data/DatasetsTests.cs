using System.Text.Json;
using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class DatasetsTests
{
    private static readonly DataFolder Nowhere = new(Path.Combine(Path.GetTempPath(), "tombola-nowhere"));
    private static readonly DatasetSpec Glyphs = new() { Name = "glyphs" };
    private static readonly Dataset Whole = Datasets.Load(Glyphs, Nowhere);

    [Fact]
    public void A_subsample_keeps_whole_examples_and_depends_on_the_seed_alone()
    {
        var spec = Glyphs with { Subsample = 500, SubsampleSeed = 3 };
        var (first, again, other) = (Load(spec), Load(spec), Load(spec with { SubsampleSeed = 4 }));
        Assert.Equal((500, 2_000), (first.Train.Count, first.Test.Count));
        Assert.Equal(first.Train.Labels, again.Train.Labels);
        Assert.NotEqual(first.Train.Labels.ToArray(), other.Train.Labels.ToArray());
        Assert.Equal(Whole.Fingerprint, first.Fingerprint);

        var labels = Enumerable.Range(0, Whole.Train.Count).ToDictionary(i => Hash(Whole.Train, i), i => Whole.Train.Labels[i]);
        var kept = Enumerable.Range(0, 500).Select(i => Hash(first.Train, i)).ToArray();
        Assert.Equal(500, kept.Distinct().Count());
        for (var i = 0; i < 500; i++) Assert.Equal(labels[kept[i]], first.Train.Labels[i]);
    }

    [Fact]
    public void A_smaller_subsample_lies_within_a_larger_one()
    {
        var (small, large) = (Load(Glyphs with { Subsample = 10 }), Load(Glyphs with { Subsample = 20 }));
        for (var i = 0; i < 10; i++) Assert.Equal(Hash(small.Train, i), Hash(large.Train, i));
    }

    [Fact]
    public void Random_labels_replace_the_asked_fraction_and_leave_images_and_test_set_alone()
    {
        var half = Load(Glyphs with { RandomLabels = 0.5, RandomLabelsSeed = 1 });
        var changed = Enumerable.Range(0, 12_000).Count(i => half.Train.Labels[i] != Whole.Train.Labels[i]);

        // Half of 12,000 are drawn, and a tenth of these draws give the old label: 5,400 in the mean, deviation 23.
        Assert.InRange(changed, 5_300, 5_500);
        Assert.Equal(Whole.Test.Labels, half.Test.Labels);
        Assert.Equal(Hash(Whole.Train, 7), Hash(half.Train, 7));
        Assert.Equal(Whole.Train.Labels, Load(Glyphs with { RandomLabelsSeed = 9 }).Train.Labels);

        var all = Load(Glyphs with { RandomLabels = 1 });
        Assert.All(all.Train.Labels.ToArray().CountBy(label => label), pair => Assert.InRange(pair.Value, 1_050, 1_350));
    }

    [Fact]
    public void A_fingerprint_that_does_not_match_is_refused()
    {
        Assert.Equal(Whole.Fingerprint, Load(Glyphs with { Fingerprint = Whole.Fingerprint }).Fingerprint);
        var message = Assert.Throws<InvalidDataException>(() => Load(Glyphs with { Fingerprint = "0123456789abcdef" })).Message;
        Assert.Contains("0123456789abcdef was asked for", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Specs_that_make_no_sense_are_refused_in_a_sentence_with_the_valid_names()
    {
        AssertRefused(Glyphs with { Name = "minst" }, $"There is no dataset 'minst'. Did you mean mnist? There are: {string.Join(", ", Tombola.Data.Datasets.All.Select(set => set.Name))}. One in a folder of its own: tensors:FOLDER, folder:FOLDER.");
        AssertRefused(Glyphs with { Name = "mnist:x" }, "The dataset mnist takes no folder after its name; name the data folder with --data instead.");
        AssertRefused(Glyphs with { Name = "tensors:" }, "The dataset 'tensors:' names no folder after the colon. Write tensors:FOLDER.");
        AssertRefused(Glyphs with { Pixels = "raw" }, "There is no pixel scale 'raw'. Pixel scales: unit, standard, or mean:deviation for pixels from 0 to 1, such as 0.1307:0.3081, or 0.485,0.456,0.406:0.229,0.224,0.225 by channel.");
        AssertRefused(Glyphs with { Subsample = 0 }, "A subsample of 0 training examples is too small; keep 1 or more.");
        AssertRefused(Glyphs with { Subsample = 12_001 }, "A subsample of 12001 is more than the 12000 training examples of glyphs.");
        AssertRefused(Glyphs with { RandomLabels = 1.5 }, "The fraction of random labels must lie from 0 to 1, not at 1.5.");
        AssertRefused(Glyphs with { RandomLabels = double.NaN }, "The fraction of random labels must lie from 0 to 1, not at NaN.");
    }

    [Fact]
    public void A_spec_survives_json()
    {
        var spec = new DatasetSpec
        {
            Name = "kmnist",
            Pixels = "standard",
            Subsample = 5,
            SubsampleSeed = ulong.MaxValue,
            RandomLabels = 0.25,
            RandomLabelsSeed = 2,
            Fingerprint = "ab",
        };
        Assert.Equal(spec, JsonSerializer.Deserialize<DatasetSpec>(JsonSerializer.Serialize(spec)));
        Assert.Equal(new DatasetSpec(), JsonSerializer.Deserialize<DatasetSpec>("{}"));
    }

    [Fact]
    public void Names_are_unique_and_every_source_describes_itself()
    {
        Assert.Equal(Datasets.All.Count, Datasets.All.Select(source => source.Name).Distinct().Count());
        Assert.All(Datasets.All, source => Assert.Same(source, Datasets.Find(source.Name)));
        Assert.All(Datasets.All, source => Assert.EndsWith(".", source.Description, StringComparison.Ordinal));
    }

    private static Dataset Load(DatasetSpec spec) => Datasets.Load(spec, Nowhere);

    private static void AssertRefused(DatasetSpec spec, string message) => Assert.Equal(message, Assert.Throws<SettingException>(() => Load(spec)).Message);

    private static string Hash(ExampleSource set, int index)
    {
        var sample = new float[784];
        set.Read(index, sample);
        return string.Join(' ', sample);
    }
}
