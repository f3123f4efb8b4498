using System.Text.Json;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Measuring;
using Tombola.Pruning;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Measuring;

/// <summary>Networks in files are measured, pruned and named by what is in them.</summary>
public sealed class ModelFileTests : IDisposable
{
    private static readonly ModelArguments OnGlyphs = new() { Set = ["data=glyphs"] };
    private static readonly ModelArguments OnColours = new() { Set = ["data=colour_glyphs"] };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<bool, bool> Modes => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_ends_of_a_path_are_what_each_network_is_by_itself(bool recalibrate, bool beyond)
    {
        // Pruned differently, so that the kernels of both together would add up in another order than those of one alone.
        var arguments = OnColours with { Recalibration = recalibrate ? new Recalibration(64) : null, Set = [.. OnColours.Set, "subsample=64"] };
        var (first, second) = (Trained(1).Under(Toy.Draw(ToyResNet.Network.Space, 20, 1)), Trained(2).Under(Toy.Draw(ToyResNet.Network.Space, 60, 2)));
        var models = ModelSet.Of([Save("a.safetensors", first), Save("b.safetensors", second)], arguments, Workshop.Data);
        var path = Walk.Job(models, models.Models[0], models.Models[1], 4, beyond ? new PathRange(-0.3, 1.2) : null);
        EvaluateJob[] alone = [.. models.Models.Select(model => Evaluation.Job(models, model, onTrainingSet: false))];
        Job[] jobs = [path, .. alone];
        Workshop.Run(Store, 2, jobs);
        var points = Store.Result(path).Points;
        foreach (var (place, job) in new[] { (0.0, alone[0]), (1.0, alone[1]) })
        {
            var (end, own) = (points.Single(point => point.Alpha == place), Store.Result(job));
            Assert.Equal((own.Loss, own.Error), (end.Loss, end.Error));
        }

        Assert.Equal(beyond ? [-0.3, 0, 0.2, 0.7, 1, 1.2] : [0, 1 / 3.0, 2 / 3.0, 1], points.Select(point => point.Alpha), (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(Store.Result(path).Barrier.Path, points.Where(point => point.Alpha is >= 0 and <= 1));
    }

    [Fact]
    public void The_density_of_a_file_is_that_of_its_weights_whether_or_not_a_mask_lies_beside_them()
    {
        var mask = Toy.Draw(ToyResNet.Network.Space, 20, 1);
        var models = ModelSet.Of([Save("dense.safetensors", Trained(1)), Save("pruned.safetensors", Trained(1).Under(mask))], OnColours, Workshop.Data);
        Workshop.Run(Store, 1, [.. models.Models.Select(model => (Job)model.State)]);
        Assert.Equal([1, mask.Density], models.Models.Select(model => Store.Result(model.State).Density));
    }

    [Fact]
    public void Far_beyond_the_ends_a_negative_variance_is_refused_unless_statistics_are_estimated_anew()
    {
        string[] files = [Save("a.safetensors", Trained(1)), Save("b.safetensors", Trained(2))];
        foreach (var recalibrate in new[] { false, true })
        {
            var models = ModelSet.Of(files, OnColours with { Set = [.. OnColours.Set, "subsample=64"], Recalibration = recalibrate ? new Recalibration(64) : null }, Workshop.Data);
            var path = Walk.Job(models, models.Models[0], models.Models[1], 3, new PathRange(-50, 50));
            if (recalibrate) Workshop.Run(Store, 2, path);
            else Assert.Contains("running_var would be negative, which no variance is. Use --batch-norm recalibrate", Assert.Throws<JobsFailedException>(() => Workshop.Run(Store, 2, path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_is_named_by_what_is_in_it()
    {
        var (here, elsewhere, other) = (Save("a.safetensors", Toy.Start(1)), Save("sub/copy.safetensors", Toy.Start(1)), Save("b.safetensors", Toy.Start(2)));
        Assert.Equal(Import(here).Key, Import(elsewhere).Key);
        Assert.NotEqual(Import(here).Key, Import(other).Key);
        Assert.NotEqual(Import(here).Key, (Import(here) with { ByOrder = true }).Key);
        Workshop.Run(Store, 1, Import(here));

        // What is in the store needs no file any more.
        var job = Import(here);
        File.Delete(here);
        Workshop.Run(Store, 1, job);
        Assert.True(Toy.SameBits(Toy.Start(1), Store.State(job)));
    }

    [Fact]
    public void A_file_that_changes_after_it_was_named_is_refused()
    {
        var file = Save("a.safetensors", Toy.Start(1));
        var job = Import(file);
        Save("a.safetensors", Toy.Start(2));
        var refused = Assert.Throws<JobsFailedException>(() => Workshop.Run(Store, 1, job));
        Assert.Contains("the file has changed since the command began", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Store.Entries());
    }

    [Fact]
    public void Networks_of_two_kinds_are_not_compared()
    {
        string[] files = [Save("a.safetensors", Toy.Start(1)), Save("b.safetensors", Initializers.Initialize(Architectures.Create("mnist_lenet_30"), "xavier_normal", new(1, "init")))];
        var refused = Assert.Throws<SettingException>(() => ModelSet.Of(files, OnGlyphs, Workshop.Data));
        Assert.Contains("is a mnist_lenet_20 and", refused.Message, StringComparison.Ordinal);
        Assert.Contains("a mnist_lenet_30", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_one_name_are_told_apart_by_their_folders()
    {
        string[] files = [Save("one/model.safetensors", Toy.Start(1)), Save("two/model.safetensors", Toy.Start(2))];
        var models = ModelSet.Of(files, OnGlyphs, Workshop.Data).Models;
        Assert.Equal(["one/model.safetensors", "two/model.safetensors"], models.Select(model => model.Title));
        Assert.Equal(["one/model", "two/model"], models.Select(model => model.Label));
        Assert.Equal(["model", "model"], ModelSet.Of([files[0], files[0]], OnGlyphs, Workshop.Data).Models.Select(model => model.Label));
    }

    [Fact]
    public void A_measurement_ends_in_a_report_and_is_answered_from_the_store_the_second_time()
    {
        string[] files = [Save("a.safetensors", Toy.Start(1)), Save("b.safetensors", Toy.Start(2))];
        var laboratory = Laboratory.Open(_folder.At("store"), workers: 2);
        foreach (var measure in new Func<ModelSet, Measurement>[] { Evaluation.Of, models => Walk.Of(models, 3), Comparison.Of })
        {
            var first = laboratory.Measure(measure(laboratory.Models(files, OnGlyphs)));
            Assert.Contains("a.safetensors", File.ReadAllText(first.Report), StringComparison.Ordinal);
            var entries = laboratory.Store.Entries().Count;
            var second = laboratory.Measure(measure(laboratory.Models(files, OnGlyphs)));
            Assert.Equal((first.Verdict, first.Report, entries), (second.Verdict, second.Report, laboratory.Store.Entries().Count));
        }
    }

    [Fact]
    public void Two_files_of_one_network_are_said_to_be_equal_and_a_file_to_be_given_twice()
    {
        var (file, copy, other) = (Save("a.safetensors", Toy.Start(1)), _folder.At("b.safetensors"), Save("c.safetensors", Toy.Start(2)));
        StateFile.Write(copy, Toy.Start(1), new Dictionary<string, string> { ["what"] = "another file of the same network" });
        var laboratory = Laboratory.Open(_folder.At("store"), workers: 2);
        foreach (var measure in new Func<ModelSet, Measurement>[] { models => Walk.Of(models, 3), Comparison.Of })
        {
            Assert.Contains("a.safetensors and b.safetensors are equal: every number", Verdict(file, copy), StringComparison.Ordinal);
            Assert.Contains("a.safetensors was given twice.", Verdict(file, file), StringComparison.Ordinal);
            Assert.DoesNotContain("equal", Verdict(file, other), StringComparison.Ordinal);
            Assert.Contains("a.safetensors and b.safetensors are equal", Verdict(file, copy, other), StringComparison.Ordinal);

            string Verdict(params string[] files) => laboratory.Measure(measure(laboratory.Models(files, OnGlyphs))).Verdict;
        }
    }

    [Fact]
    public void A_comparison_is_one_object_without_levels_for_programs()
    {
        var models = ModelSet.Of([Save("a.safetensors", Toy.Start(1)), Save("b.safetensors", Toy.Start(2))], OnGlyphs, Workshop.Data);
        var measurement = Comparison.Of(models);
        Workshop.Run(Store, 2, [.. models.Models.Select(model => model.State), .. measurement.Jobs]);
        var json = JsonSerializer.SerializeToElement((ComparedPair[])measurement.Conclude(Store).Numbers, JsonSerializerOptions.Web)[0];
        Assert.Equal(
            ["angle", "areEqual", "cka", "cosine", "first", "l2", "layers", "lossDistance", "predictionDifference", "second", "similarity"],
            json.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        var result = Store.Result((SimilarityJob)measurement.Jobs[0]);
        Assert.Equal((result.Alignment, result.L2, 2 * result.Angle / 180), (json.GetProperty("cka").GetDouble(), json.GetProperty("l2").GetDouble(), json.GetProperty("similarity").GetDouble()));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.2)]
    [InlineData(double.NaN)]
    public void A_density_that_cannot_be_is_refused(double density)
    {
        var models = ModelSet.Of([Save("a.safetensors", Toy.Start(1))], OnGlyphs, Workshop.Data);
        Assert.Contains("it must be above 0 and below 1", Assert.Throws<SettingException>(() => Pruned(models, density)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ties_among_few_magnitudes_keep_the_count_exact_and_masks_nested()
    {
        var state = Toy.Start(1);
        for (var i = 0; i < state.Weights.Length; i++) state.Weights[i] = (i % 3) * 0.5f * (i % 2 == 0 ? 1 : -1);
        var models = ModelSet.Of([Save("a.safetensors", state)], OnGlyphs, Workshop.Data);
        Mask? before = null;
        foreach (var density in new[] { 0.9, 0.5, 0.333, 0.2, 0.01 })
        {
            var job = Pruned(models, density);
            Workshop.Run(Store, 1, job);
            var mask = StateFile.ReadMask(Store.FileOf(job, PruneResult.FileName), Toy.Space);
            Assert.Equal(Toy.Space.PrunableCount - PruningStrategy.CountOf(Toy.Space.PrunableCount, 1 - density), mask.Remaining);
            if (before is not null) Assert.True(mask.IsWithin(before));
            before = mask;
        }
    }

    [Fact]
    public void Pruning_goes_on_from_a_mask_and_writes_what_it_says()
    {
        var mask = Toy.Draw(Toy.Space, 50, 9);
        var models = ModelSet.Of([Save("a.safetensors", Toy.Start(1))], OnGlyphs, Workshop.Data);
        var file = _folder.At("m.safetensors");
        StateFile.Write(file, mask);
        var job = FilePruning.Of(models, 0.25, PruningStrategies.Find("random"), file, ["fc"], 3);
        Workshop.Run(Store, 1, job);
        var made = FilePruning.Write(Store, models, job, _folder.At("out.safetensors"), _folder.At("state.safetensors"));
        var result = StateFile.ReadMask(made.Mask, Toy.Space);
        Assert.True(result.IsWithin(mask));
        Assert.Equal(mask.CountIn(Toy.Space["fc.weight"]), result.CountIn(Toy.Space["fc.weight"]));
        Assert.Equal((int)Math.Round(0.25 * Toy.Space.PrunableCount), result.Remaining);
        Assert.True(Toy.SameBits(Toy.Start(1).Under(result), StateFile.Read(made.State!, Toy.Space)));
        using var written = Safetensors.Read(made.State!);
        Assert.Equal(("pruned", "mnist_lenet_20", job.Key), (written.Metadata["what"], written.Metadata["model"], written.Metadata["key"]));
        Assert.Empty(made.Notes);
        Assert.Contains("no prunable layer 'fcc'", Assert.Throws<SettingException>(() => FilePruning.Of(models, 0.25, PruningStrategies.Find("magnitude"), null, ["fcc"], 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_that_lacks_a_layer_is_gone_on_from_with_a_note()
    {
        var models = ModelSet.Of([Save("a.safetensors", Toy.Start(1))], OnGlyphs, Workshop.Data);
        var file = _folder.At("m.safetensors");
        Safetensors.Write(file, StateFile.Tensors(Toy.Draw(Toy.Space, 50, 9)).Where(tensor => tensor.Name != "fc.weight"));
        var job = FilePruning.Of(models, 0.25, PruningStrategies.Find("magnitude"), file, [], 0);
        Workshop.Run(Store, 1, job);
        var made = FilePruning.Write(Store, models, job, _folder.At("out.safetensors"), null);
        Assert.Equal("m.safetensors: The file does not mention fc.weight, so nothing is pruned there.", Assert.Single(made.Notes));
        Assert.Contains("cannot be written: there is no folder", Assert.Throws<IOException>(() => FilePruning.Write(Store, models, job, _folder.At("none", "out"), null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_over_what_is_read_nor_two_results_into_one_file()
    {
        var (file, mask) = (Save("a.safetensors", Toy.Start(1)), _folder.At("m.safetensors"));
        Refused("would be written over", () => FilePruning.DemandPlaces(file, null, _folder.At("sub", "..", "a.safetensors"), null));
        Refused("would be written over", () => FilePruning.DemandPlaces(file, mask, _folder.At("out"), mask));
        Refused("both be written to", () => FilePruning.DemandPlaces(file, null, mask, mask));
        Refused("is a folder", () => FilePruning.DemandPlaces(file, null, mask, _folder.FullPath));
        Refused("there is no folder", () => FilePruning.DemandPlaces(file, null, _folder.At("none", "m"), null));
        FilePruning.DemandPlaces(file, mask, _folder.At("out"), _folder.At("state"));
    }

    [Fact]
    public void A_network_that_is_no_numbers_is_evaluated_with_a_note_and_neither_pruned_compared_nor_walked_from()
    {
        var wild = Toy.Start(1);
        wild.Weights[7] = float.NaN;
        var models = ModelSet.Of([Save("a.safetensors", wild), Save("b.safetensors", Toy.Start(2))], OnGlyphs, Workshop.Data);
        Refused("a.safetensors has weights that are infinite or not a number, the first in fc_layers.0.weight", () => _ = Pruned(models, 0.5));
        foreach (Measurement measurement in new[] { Walk.Of(models, 3), Comparison.Of(models) })
        {
            Assert.Contains("The first network has weights that are infinite or not a number", Assert.Throws<JobsFailedException>(() => Workshop.Run(Store, 1, [.. measurement.Jobs])).Message, StringComparison.Ordinal);
        }

        var import = models.Models[0].State;
        Workshop.Run(Store, 1, import);
        Assert.StartsWith("1 value is infinite or not a number, first ", Assert.Single(Store.Result(import).Notes), StringComparison.Ordinal);
    }

    private static void Refused(string part, Action act) => Assert.Contains(part, Assert.Throws<SettingException>(act).Message, StringComparison.Ordinal);

    private Store Store => new(_folder.At("store"));

    private static PruneJob Pruned(ModelSet models, double density) => FilePruning.Of(models, density, PruningStrategies.Find("magnitude"), null, [], 0);

    private static NetworkState Trained(ulong seed) => ToyResNet.Trainer().Run(ToyResNet.Start(seed), 0, 10, new HashSet<long>(), new Diary(), null, CancellationToken.None);

    private static ImportJob Import(string file) => new() { Model = Toy.Network.Name, File = ForeignFile.At(file) };

    private string Save(string name, NetworkState state)
    {
        var path = _folder.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        StateFile.Write(path, state);
        return path;
    }
}
