using Tombola.Data;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

/// <summary>Keys name results on people's disks: a change here makes every stored result unfindable.</summary>
public sealed class JobKeyTests
{
    public static TheoryData<string, string> Pinned => new()
    {
        { "initialise", "fda4b0899ccb29268b23a64ebb05f5169962f697b9348b0161cea517cea53a7e" },
        { "train", "ac99b3798d9f5c2939696d5cfb6a09a582c8ee9b21e1dd52a63268f655176c25" },
        { "prune", "9645cfc4543f2680019eb74eca2193abe6404b2e34c0afa08ebd64f018489b2d" },
        { "ticket", "4194304c1852c45f1c92ff78cc00cc3130e51a7c1478856f3d87181d29000e6e" },
        { "path", "57ac047873b65115dc2162eff485a363700d25c8fa03c86960ac0fe63419f9c1" },
        { "evaluate", "50494f6c4c92891037b25404cf7ea4a318ae223ecbe6ea02449403d89b5f915f" },
    };

    [Theory]
    [MemberData(nameof(Pinned))]
    public void A_key_stays_what_it_was(string job, string key) => Assert.Equal(key, Named(job).Key);

    [Fact]
    public void The_canonical_text_is_sorted_and_leaves_defaults_out()
    {
        Assert.Equal(
            """{"initializer":"xavier_normal","kind":"initialise","model":"mnist_lenet_20","seed":1,"stream":"init"}""",
            Workshop.Initialise.Describe().ToJsonString());
        Assert.Equal(
            $$"""{"exempt":["fc"],"fraction":0.2,"kind":"prune","model":"mnist_lenet_20","state":{"of":"{{Workshop.Dense.Key}}"},"strategy":"magnitude"}""",
            Workshop.Prune.Describe().ToJsonString());
    }

    [Fact]
    public void A_field_set_to_its_default_does_not_change_the_key()
    {
        var job = Workshop.Dense;
        Assert.Equal(job.Key, (job with { From = 0, Keep = [], Mask = null }).Key);
        Assert.Equal(job.Key, (job with { Recipe = job.Recipe with { Schedule = "constant", Warmup = "0it", Gamma = 0.1, Augmentation = "none" } }).Key);
        Assert.Equal(job.Key, (job with { Data = job.Data with { Pixels = DatasetSpec.Unit, RandomLabels = 0 } }).Key);
    }

    [Fact]
    public void What_batch_norm_added_to_jobs_is_left_out_unless_asked_for()
    {
        var (walk, initialise) = (Workshop.Walk, Workshop.Initialise);
        Assert.Equal(walk.Key, (walk with { Recalibration = null }).Key);
        Assert.Equal(initialise.Key, (initialise with { BatchNormInitializer = null }).Key);
        Assert.Equal("{\"examples\":2048}", (walk with { Recalibration = Recalibration.Default }).Describe()["recalibration"]!.ToJsonString());
        Assert.Equal("fixed", (initialise with { BatchNormInitializer = "fixed" }).Describe()["batchNormInitializer"]!.GetValue<string>());
        string[] keys = [walk.Key, (walk with { Recalibration = Recalibration.Default }).Key, (walk with { Recalibration = new(512) }).Key];
        Assert.Equal(3, keys.Distinct().Count());
    }

    [Fact]
    public void Kernels_are_left_out_unless_asked_for()
    {
        var compare = new CompareJob { Model = Workshop.Model, First = new StateRef(Workshop.Ticket), Second = new StateRef(Workshop.Train(Workshop.Prune, 3)), Data = Workshop.Glyphs };
        (Job Whatever, Job Null, Job Dense)[] jobs =
        [
            (Workshop.Ticket, Workshop.Ticket with { Kernels = null }, Workshop.Ticket with { Kernels = KernelNames.Dense }),
            (Workshop.Walk, Workshop.Walk with { Kernels = null }, Workshop.Walk with { Kernels = KernelNames.Dense }),
            (compare, compare with { Kernels = null }, compare with { Kernels = KernelNames.Dense }),
            (Workshop.Evaluate, Workshop.Evaluate with { Kernels = null }, Workshop.Evaluate with { Kernels = KernelNames.Dense }),
        ];
        foreach (var (whatever, none, dense) in jobs)
        {
            Assert.False(whatever.Describe().ContainsKey("kernels"));
            Assert.Equal(whatever.Key, none.Key);
            Assert.NotEqual(whatever.Key, dense.Key);
            Assert.Equal("dense", dense.Describe()["kernels"]!.GetValue<string>());
        }
    }

    [Fact]
    public void Distributions_are_left_out_unless_asked_for()
    {
        var prune = Workshop.Prune;
        Assert.Equal(prune.Key, (prune with { Distribution = null, Densities = [] }).Key);
        Job[] others = [prune, prune with { Distribution = "erk" }, prune with { Distribution = "given", Densities = [new("fc_layers.0", 0.5)] }, prune with { Distribution = "given", Densities = [new("fc_layers.0", 0.25)] }];
        Assert.Equal(others.Length, others.Select(other => other.Key).Distinct().Count());
        Assert.Equal("""[{"density":0.25,"layer":"fc_layers.0"}]""", others[3].Describe()["densities"]!.ToJsonString());
    }

    [Fact]
    public void A_copy_that_differs_has_a_key_of_its_own_even_when_the_original_knew_its_key()
    {
        var job = Workshop.Dense;
        Job[] variants =
        [
            job, job with { From = 1 }, job with { To = 101 }, job with { Keep = [10] }, job with { Keep = [10, 20] }, job with { EvaluateEvery = null },
            job with { Noise = new SgdNoise(1, 2) }, job with { Recipe = job.Recipe with { Momentum = 0.9 } }, job with { Recipe = job.Recipe with { Augmentation = "flip_crop" } },
            job with { Data = job.Data with { Subsample = 301 } },
            job with { Data = job.Data with { Fingerprint = "0" } }, job with { Start = new StateRef(Workshop.Initialise with { Seed = 2 }) },
            job with { Start = new StateRef(Workshop.Initialise, 0) }, Workshop.Train(Workshop.Prune, 1),
        ];
        Assert.NotEqual(Workshop.Evaluate.Key, (Workshop.Evaluate with { OnTrainingSet = true }).Key);
        Assert.Equal(variants.Length, variants.Select(variant => variant.Key).Distinct().Count());
        Assert.Equal(job.Key, (job with { To = 7 } with { To = 100 }).Key);
    }

    private static Job Named(string name) => name switch
    {
        "initialise" => Workshop.Initialise,
        "train" => Workshop.Dense,
        "prune" => Workshop.Prune,
        "ticket" => Workshop.Ticket,
        "evaluate" => Workshop.Evaluate,
        _ => Workshop.Walk,
    };
}
