using Tombola.Data;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Jobs;
using Tombola.Presets;
using Tombola.Studies;
using Tombola.Tests.Data;
using Tombola.Tests.Interchange;
using Tombola.Tests.Jobs;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Studies;

/// <summary>What is taken away is what the store has, to the bit.</summary>
public sealed class TicketContentTests : IDisposable
{
    private const long Rewind = 10;

    /// <summary>Whatever might move a pruned weight: weight decay, and momentum from before it was pruned.</summary>
    private static readonly Preset Decaying = ReplicateTests.Mini with
    {
        Recipe = new Recipe { Optimizer = "sgd", LearningRate = 0.05, Momentum = 0.9, WeightDecay = 1e-2, Batch = 30, Steps = "30it" },
        Fraction = 0.6,
        ExemptOutput = false,
    };

    private readonly TemporaryFolder _folder = new();

    private Store Store => new(_folder.At("store"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, false)]
    [InlineData(KernelNames.Dense, false)]
    [InlineData(null, true)]
    [InlineData(KernelNames.Dense, true)]
    public void The_rewound_file_is_the_state_of_step_k_times_the_mask_and_pruned_weights_stay_zero_in_training(string? kernels, bool convolutional)
    {
        var ticket = Made(2, kernels, convolutional);
        var (kept, mask) = (Store.State(ticket.Rewound), StateFile.ReadMask(Store.FileOf(ticket.Mask!, PruneResult.FileName), Store.State(ticket.Rewound).Space));
        Assert.Equal(0.16, mask.Density, 0.001);
        if (convolutional) Assert.Contains(mask.Space.Prunable, parameter => parameter.Shape.Count == 4 && mask.CountIn(parameter) < parameter.Count);

        var rewound = Exported(ticket, TicketPart.Rewound);
        Assert.Equal(kept.Weights.Select((weight, i) => mask[i] ? BitConverter.SingleToUInt32Bits(weight) : 0), rewound.Weights.Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal(kept.Statistics, rewound.Statistics);

        foreach (var copy in new[] { 0, 1 })
        {
            var trained = Exported(ticket, TicketPart.Trained, copy);
            Assert.Equal(Exports.Bits(Store.State(ticket.Trained(copy))), Exports.Bits(trained));
            Assert.All(Enumerable.Range(0, trained.Weights.Length).Where(i => !mask[i]), i => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(trained.Weights[i])));
            Assert.NotEqual(Exports.Bits(rewound), Exports.Bits(trained));
        }

        Assert.NotEqual(Exports.Bits(Exported(ticket, TicketPart.Trained)), Exports.Bits(Exported(ticket, TicketPart.Trained, 1)));
        Assert.Equal(mask, TicketContent.Of(Store, ticket, TicketPart.Mask, 0).Content.Mask);
    }

    [Fact]
    public void Metadata_says_which_part_of_which_ticket_it_is()
    {
        var ticket = Made(1);
        var (rewound, trained) = (TicketContent.Of(Store, ticket, TicketPart.Rewound, 0), TicketContent.Of(Store, ticket, TicketPart.Trained, 1));
        Assert.Equal(("rewound", "10", "lenet-glyphs", "imp", "1", "7", "0"), Said(rewound));
        Assert.Equal(("trained", "30", "lenet-glyphs", "imp", "1", "7", "0"), Said(trained));
        Assert.Equal((ticket.Rewound.Key, ticket.Mask!.Key), (rewound.Content.Metadata["key"], rewound.Content.Metadata["mask_key"]));
        Assert.Equal((ticket.Trained(1).Key, "1"), (trained.Content.Metadata["key"], trained.Content.Metadata["copy"]));
        Assert.Equal(("glyphs", Workshop.Model, ProgramVersion.Current), (trained.Content.Metadata["data"], trained.Content.Metadata["model"], trained.Content.Metadata["version"]));
        Assert.Equal(rewound.Content.Mask!.Density, double.Parse(rewound.Content.Metadata["density"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal($"lenet-glyphs-imp-level1-replicate0-trained-copy1-{ticket.Trained(1).Key[..8]}", trained.Name);

        static (string, string, string, string, string, string, string) Said(TakenAway taken)
        {
            var said = taken.Content.Metadata;
            return (said["what"], said["step"], said["preset"], said["kind"], said["level"], said["seed"], said["replicate"]);
        }
    }

    [Fact]
    public void An_entry_gives_its_own_state_or_mask()
    {
        var ticket = Made(1);
        var trained = TicketContent.Of(Store, ticket.Trained().Key);
        Assert.Equal(Exports.Bits(Store.State(ticket.Trained())), Exports.Bits(trained.Content.State!));
        Assert.Equal(ticket.Mask!.Key, trained.Content.Metadata["mask_key"]);
        Assert.Equal(("trained", "10", "30"), (trained.Content.Metadata["what"], trained.Content.Metadata["start_step"], trained.Content.Metadata["step"]));
        var mask = TicketContent.Of(Store, ticket.Mask.Key);
        Assert.Null(mask.Content.State);
        Assert.Equal(trained.Content.Mask, mask.Content.Mask);
        Assert.Equal("mask", mask.Content.Metadata["what"]);
        var initial = TicketContent.Of(Store, ticket.Replicate.Initialise.Key);
        Assert.Equal(Exports.Bits(Store.State(ticket.Replicate.Initialise)), Exports.Bits(initial.Content.State!));
        Assert.Equal(("initial", "0"), (initial.Content.Metadata["what"], initial.Content.Metadata["step"]));
    }

    [Fact]
    public void An_entry_without_either_is_refused_and_a_mask_that_is_gone_is_named()
    {
        var ticket = Made(1);
        var evaluation = ticket.Replicate.Evaluate(ticket.Condition, ticket.Trained(), onTrainingSet: false);
        Workshop.Run(Store, 1, evaluation);
        Assert.Contains("(evaluate) has neither a state nor a mask", Assert.Throws<SettingException>(() => TicketContent.Of(Store, evaluation.Key)).Message, StringComparison.Ordinal);
        Store.Remove(ticket.Mask!.Key);
        Assert.Contains(ticket.Mask.Key[..12], Assert.Throws<InvalidDataException>(() => TicketContent.Of(Store, ticket.Trained().Key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_entry_is_not_taken_away()
    {
        var ticket = Made(1);
        var file = Store.FileOf(ticket.Trained(), Store.StateFile);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Contains("--repair", Assert.Throws<InvalidDataException>(() => TicketContent.Of(Store, ticket.Trained().Key)).Message, StringComparison.Ordinal);
        Assert.Contains("--repair", Assert.Throws<InvalidDataException>(() => TicketContent.Of(Store, ticket, TicketPart.Trained, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dense_network_has_no_mask_to_take_away()
    {
        var dense = new Ticket(Replicate(null), Condition.Dense(Rewind));
        Assert.Null(dense.Mask);
        Assert.Throws<SettingException>(() => TicketPart.Mask.Jobs(dense, 0));
        Assert.Equal([dense.Rewound], TicketPart.Rewound.Jobs(dense, 0));
    }

    [Fact]
    public void The_readme_has_every_file_once_and_nobody_else_s_is_overwritten()
    {
        var ticket = Made(1);
        var taken = TicketContent.Of(Store, ticket, TicketPart.Trained, 0);
        var folder = _folder.At("out");
        foreach (var format in ExportFormats.All.Concat(ExportFormats.All)) ExportFolder.Write(folder, taken.Name, format, taken.Content);
        var readme = File.ReadAllText(Path.Combine(folder, ExportFolder.Readme));
        foreach (var format in ExportFormats.All)
        {
            Assert.True(File.Exists(Path.Combine(folder, taken.Name + format.Ending)));
            Assert.Equal(2, readme.Split($"\n## {taken.Name}{format.Ending}\n").Length);
            Assert.Contains(string.Join('\n', format.Python(taken.Name + format.Ending, false)), readme, StringComparison.Ordinal);
        }

        Assert.Contains($"what trained, model {Workshop.Model}", readme, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, ExportFolder.Readme), "# My notes\n");
        Assert.Contains("is not overwritten", Assert.Throws<InvalidDataException>(() => ExportFolder.Write(folder, "new", ExportFormats.Npz, taken.Content)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "new.npz")));
        Assert.Equal("# My notes\n", File.ReadAllText(Path.Combine(folder, ExportFolder.Readme)));
        Assert.Contains("is a file. Name a folder", Assert.Throws<IOException>(() => ExportFolder.Write(Path.Combine(folder, ExportFolder.Readme), "new", ExportFormats.Npz, taken.Content)).Message, StringComparison.Ordinal);
    }

    private static Replicate Replicate(string? kernels, bool convolutional = false) => convolutional
        ? new(Decaying with { Model = "cifar_resnet_8_2" }, new DatasetSpec { Name = "colour_glyphs", Subsample = 64, Pixels = DatasetSpec.Standard }, 30, seed: 7, replicate: 0, kernels: kernels)
        : new(Decaying, Workshop.Glyphs, 30, seed: 7, replicate: 0, kernels: kernels);

    /// <summary>A ticket whose jobs the store has, with two copies.</summary>
    private Ticket Made(int level, string? kernels = null, bool convolutional = false)
    {
        var ticket = new Ticket(Replicate(kernels, convolutional), new Condition(NetworkKinds.Imp, Rewind, level));
        Workshop.Run(Store, 2, ticket.Trained(), ticket.Trained(1));
        return ticket;
    }

    /// <summary>The state of a part, as its file says.</summary>
    private NetworkState Exported(Ticket ticket, TicketPart part, int copy = 0)
    {
        var taken = TicketContent.Of(Store, ticket, part, copy);
        return StateFile.Read(ExportFolder.Write(_folder.At("out"), taken.Name, ExportFormats.Safetensors, taken.Content), taken.Content.Network.Space);
    }
}
