using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Papers.Tickets;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>Studies that start from somebody's weights and mask.</summary>
public sealed class GivenStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_starts_from_the_files_and_pruning_goes_on_from_the_mask()
    {
        var replicate = Context(0.4).Replicates[0];
        var (start, mask) = (Assert.IsType<ImportJob>(replicate.Initialise), Assert.IsType<ImportMaskJob>(replicate.Mask(0, 0)));
        var dense = replicate.Copy(Condition.Dense(), 0);
        Assert.Equal((start.Key, mask.Key), (dense.Start.Key, dense.Mask!.Key));
        Assert.Equal(mask.Key, Assert.IsType<TrainJob>(replicate.At(3)).Mask!.Key);
        var first = Assert.IsType<PruneJob>(replicate.Mask(0, 1));
        Assert.Equal((dense.Key, mask.Key), (first.State.Key, first.Mask!.Key));

        // Replicates share the weights and differ in noise.
        var other = Context(0.4).Replicates[1];
        Assert.Equal(start.Key, other.Initialise.Key);
        Assert.NotEqual(dense.Key, other.Copy(Condition.Dense(), 0).Key);

        var store = new Store(_folder.At("store"));
        Workshop.Run(store, 2, dense, first);
        var (trained, pruned) = (store.Result(dense), store.Result(first));
        Assert.Equal(MaskOf(0.4).Remaining, trained.Remaining);
        Assert.True(StateFile.ReadMask(store.FileOf(first, PruneResult.FileName), Toy.Space).IsWithin(MaskOf(0.4)));
        Assert.True(pruned.Remaining < trained.Remaining);
    }

    [Fact]
    public void A_verdict_says_what_stands_in_the_place_of_the_dense_network_and_notes_how_the_mask_was_read()
    {
        var (state, _) = Files(0.4);
        var mask = _folder.At("mask-of-one-layer.safetensors");
        Safetensors.Write(mask, StateFile.Tensors(MaskOf(0.4)).Where(tensor => tensor.Name != "fc.weight"));
        var request = new StudyRequest { Preset = ReplicateTests.Mini with { InitialState = state, Mask = mask, Levels = 1, StudiedLevel = 1, Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } }, Scale = "paper", Replicates = 1 };
        var result = StudyRunner.Run(StudyCatalogue.Find("quickstart"), request, new LocalExecutor(new Store(_folder.At("store")), Workshop.Data, 2), null, CancellationToken.None);
        Assert.DoesNotContain(" dense", result.Verdict.Split("In the place of")[0], StringComparison.Ordinal);
        Assert.Contains("stands the given one: the weights of state.safetensors under the mask mask-of-one-layer.safetensors", result.Verdict, StringComparison.Ordinal);
        Assert.Equal("mask-of-one-layer.safetensors: The file does not mention fc.weight, so nothing is pruned there.", Assert.Single(result.Notes));
        Assert.Contains("does not mention fc.weight", File.ReadAllText(result.Report), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_given_is_named_and_nothing_is_said_where_nothing_is()
    {
        var (state, mask) = Files(0.4);
        Assert.Null(Of(ReplicateTests.Mini).Start.Sentence);
        Assert.Equal("The dense network has the given weights (state.safetensors).", Of(ReplicateTests.Mini with { InitialState = state }).Start.Sentence);
        Assert.StartsWith("In the place of the dense network stands one under the given mask (mask.safetensors), with ", Of(ReplicateTests.Mini with { Mask = mask }).Start.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_paper_says_nothing_of_somebody_elses_network() => Assert.Null(Context(0.4).Preset.Published);

    [Fact]
    public void Levels_are_counted_from_the_mask()
    {
        var context = Context(0.1);
        Assert.Equal(MaskOf(0.1).Density * 0.8, Assert.IsType<PruneJob>(MaskSources.OneShot.Of(context.Replicates[0], 0, 1)).Density, 12);
        Assert.Contains("is too much", Assert.Throws<SettingException>(() => context.Replicates[0].Mask(0, 30)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_does_not_fit_is_refused_before_anything_is_trained()
    {
        var file = _folder.At("other.safetensors");
        StateFile.Write(file, Initializers.Initialize(Architectures.Create("mnist_lenet_30"), "xavier_normal", new(1, "init")));
        Assert.Contains(file, Assert.ThrowsAny<Exception>(() => Of(ReplicateTests.Mini with { InitialState = file })).Message, StringComparison.Ordinal);
        Assert.Contains("There is no file", Assert.Throws<FileNotFoundException>(() => Of(ReplicateTests.Mini with { Mask = _folder.At("none") })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_of_zeros_and_a_diverged_state_are_refused()
    {
        var (state, mask) = (_folder.At("s.safetensors"), _folder.At("m.safetensors"));
        StateFile.Write(mask, new Mask(Toy.Space, i => !Toy.Space.Prunable.Any(parameter => i >= parameter.Offset && i < parameter.Offset + parameter.Count)));
        Assert.Contains("leaves no weight at all", Assert.Throws<SettingException>(() => Of(ReplicateTests.Mini with { Mask = mask })).Message, StringComparison.Ordinal);
        var wild = Toy.Start(1);
        wild.Weights[0] = float.PositiveInfinity;
        StateFile.Write(state, wild);
        Assert.Contains("has weights that are infinite or not a number", Assert.Throws<SettingException>(() => Of(ReplicateTests.Mini with { InitialState = state })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_ticket_is_retrained_beside_its_controls()
    {
        var (state, mask) = Files(0.3);
        var context = Of(ReplicateTests.Mini with { Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } });
        var design = GivenTicketStudy.Of(ForeignFile.At(state), ForeignFile.At(mask), "lenet-mnist").Design(context);
        var store = new Store(_folder.At("store"));
        Workshop.Run(store, 2, [.. design.Jobs]);
        var outcome = design.Conclude(store.Only(design.Jobs));
        Assert.Equal(["dense", "the ticket", "random pruning", "random reinitialisation", "shuffled signs"], outcome.Rows.Select(row => row.Title));
        Assert.All(outcome.Rows.Skip(1), row => Assert.Equal(MaskOf(0.3).Density, row.Density, 12));
        Assert.Contains("of 3 controls", outcome.Verdict, StringComparison.Ordinal);
        var starts = design.Jobs.OfType<TrainJob>().Where(job => job.Mask is not null).ToLookup(job => job.Start.Kind, job => job.Mask!.Kind);
        Assert.Equal(["import-mask", "shuffle-mask"], starts["import"].Distinct().Order());
        Assert.Equal(["import-mask"], starts["shuffle-signs"].Distinct());
        Assert.Equal(["import-mask"], starts["initialise"].Distinct());
    }

    private static Mask MaskOf(double density) => Toy.Draw(Toy.Space, (int)(100 * density), 4);

    private (string State, string Mask) Files(double density)
    {
        var (state, mask) = (_folder.At("state.safetensors"), _folder.At("mask.safetensors"));
        StateFile.Write(state, Toy.Start(5));
        StateFile.Write(mask, MaskOf(density));
        return (state, mask);
    }

    private StudyContext Context(double density)
    {
        var (state, mask) = Files(density);
        return Of(ReplicateTests.Mini with { InitialState = state, Mask = mask, Recipe = ReplicateTests.Mini.Recipe with { Steps = "20it" } });
    }

    private static StudyContext Of(Tombola.Presets.Preset preset) => new(new StudyRequest { Preset = preset, Scale = "paper", Replicates = 2 }, Workshop.Data);
}
