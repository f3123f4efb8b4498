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
        { "initialise", "ef31b8d25729ab224697d40e72fb1f66fd0b2249d11e8cb83bd53d2d34c48022" },
        { "train", "3fe8496836add74058cfd2ad07c8fed9c5ea9167ca58e5e7e8fe4de31ac4c794" },
        { "prune", "4282f55c33aeba885dfd5b9e6857d91f0760c7daa91c91d754cee1dfd349c47c" },
        { "ticket", "c7dcf71afa8ec5826d723c4f44be5e8e2293b6337d8fc8a6a1f0737ac8fc361d" },
        { "path", "3fe00b3376f8fd1581358a07812a4d1679ba52781908d4a1c24d2db76e1dfa37" },
        { "evaluate", "8d704f877ae5d41e6dfb859c27d9362334e36ad0ede9febf1210ffc0cb78fe3f" },
        { "compare", "73e03f3b535ea398905fc18da9cca8efe8ba04ed9a61dd9ef35ab5eedd5185dc" },
        { "plane", "5aa2c2536c5b81ff61fb27312bfc700c9a9a11a79e7ea0e7c1292c11cd21f723" },
        { "shuffle-mask", "797bfbcca03f816b2c2c89f1118b49b7898b3b52307965df6481dd97a042d45c" },
        { "shuffle-signs", "332b533540b53a17094dd10de28f860967fe47f5385bc58e15329def0df9e682" },
        { "similarity", "29abc6fd9815bea5bb6ebcfa023b836f771f4430447bb34ad8b4db9ad46d7721" },
        { "import", "208ff4983ab48a7d367d89d068fcaf995406f34ad8ece3b120ad1e2da5c900a2" },
        { "project", "932d4716856d8bcfd2ef5531ac43209c10715dd947b3a9dff5666921a120a7a8" },
        { "perturb", "291fe876d5aa6fb59fae740552fe4b31346673107d1dd64213131b5efb853244" },
        { "magnitudes", "f8c315194292f65395fe6b969ab5841dfdee92e513ac418bdec3c3abb0721f0c" },
        { "adaptive-level", "4b87b86510364eca6186768819dbcfe5de048c7b48d81f0528dce1fe5debabb2" },
        { "adaptive-prune", "1ebad12c103326413465a01f231693aeb63328b58ddc7fb207b92ded20f8d056" },
        { "spectrum", "e30d6470467ef032113cade2fbbd1597fd871160c040ed9cb022d4c237786fd7" },
        { "flatness", "f990ecc59b7b0203ca2afdc4e74fe7ae98b0a7715c0e6a3bd0521293bb742d70" },
        { "import-mask", "9ea8cebc947cd8b562e27853e65464b549470e8d788bab57f292d3fe8612fe4e" },
    };

    [Theory]
    [MemberData(nameof(Pinned))]
    public void A_key_stays_what_it_was(string job, string key) => Assert.True(Named(job).Key == key, $"The key of {job} is {Named(job).Key} now.");

    [Fact]
    public void Every_kind_of_job_is_pinned()
    {
        var kinds = typeof(Job).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Job)) && !type.IsAbstract);
        Assert.Equal(kinds.Select(type => type.Name).Order(), Pinned.Select(pin => Named((string)pin[0]).GetType().Name).Distinct().Order());
    }

    [Fact]
    public void The_canonical_text_is_sorted_and_leaves_defaults_out()
    {
        Assert.Equal(
            """{"bits":1,"initializer":"xavier_normal","kind":"initialise","model":"mnist_lenet_20","seed":1,"stream":"init"}""",
            Workshop.Initialise.Describe().ToJsonString());
        Assert.Equal(
            $$"""{"bits":1,"exempt":["fc"],"fraction":0.2,"kind":"prune","model":"mnist_lenet_20","state":"{{Workshop.Dense.Key}}","strategy":"magnitude"}""",
            Workshop.Prune.Describe().ToJsonString());
    }

    [Fact]
    public void A_field_set_to_its_default_does_not_change_the_key()
    {
        var job = Workshop.Dense;
        Assert.Equal(job.Key, (job with { From = 0, Mask = null }).Key);
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
        var compare = new CompareJob { Model = Workshop.Model, First = Workshop.Ticket, Second = Workshop.Train(Workshop.Prune, 3), Data = Workshop.Glyphs };
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
            job, job with { From = 1 }, job with { To = 101 },
            job with { Noise = new SgdNoise(1, 2) }, job with { Recipe = job.Recipe with { Momentum = 0.9 } }, job with { Recipe = job.Recipe with { Augmentation = "flip_crop" } },
            job with { Data = job.Data with { Subsample = 301 } },
            job with { Data = job.Data with { Fingerprint = "0" } }, job with { Start = Workshop.Initialise with { Seed = 2 } },
            Workshop.Train(Workshop.Prune, 1),
        ];
        Assert.NotEqual(Workshop.Evaluate.Key, (Workshop.Evaluate with { OnTrainingSet = true }).Key);
        Assert.Equal(variants.Length, variants.Select(variant => variant.Key).Distinct().Count());
        Assert.Equal(job.Key, (job with { To = 7 } with { To = 100 }).Key);
    }

    /// <summary>Keys know what is in a file, and not where it is.</summary>
    private static ForeignFile SomeFile
    {
        get
        {
            var path = Path.GetTempFileName();
            try
            {
                File.WriteAllText(path, "weights");
                return ForeignFile.At(path);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    private static Job Named(string name) => name switch
    {
        "initialise" => Workshop.Initialise,
        "train" => Workshop.Dense,
        "prune" => Workshop.Prune,
        "ticket" => Workshop.Ticket,
        "evaluate" => Workshop.Evaluate,
        "compare" => new CompareJob { Model = Workshop.Model, First = Workshop.Ticket, Second = Workshop.Train(Workshop.Prune, 3), Data = Workshop.Glyphs },
        "plane" => new PlaneJob
        {
            Model = Workshop.Model,
            Directions = PlaneDirections.Networks,
            States = [Workshop.Ticket, Workshop.Train(Workshop.Prune, 3), Workshop.Dense],
            Data = Workshop.Glyphs,
            Columns = 25,
            Rows = 25,
            Margin = 0.25,
        },
        "shuffle-mask" => new ShuffleMaskJob { Model = Workshop.Model, Mask = Workshop.Prune, Seed = 1 },
        "shuffle-signs" => new ShuffleSignsJob { Model = Workshop.Model, State = Workshop.Dense, Seed = 1 },
        "similarity" => new SimilarityJob { Model = Workshop.Model, First = Workshop.Ticket, Second = Workshop.Train(Workshop.Prune, 3), Data = Workshop.Glyphs },
        "project" => new ProjectJob { Model = Workshop.Model, State = Workshop.Dense, Mask = Workshop.Prune },
        "perturb" => new PerturbJob { Model = Workshop.Model, State = Workshop.Initialise, Next = Workshop.Prune, Scale = 0.5, Seed = 1 },
        "magnitudes" => new MagnitudesJob { Model = Workshop.Model, Before = Workshop.Dense, Mask = Workshop.Prune, After = Workshop.Ticket },
        "spectrum" => new SpectrumJob { Model = Workshop.Model, State = Workshop.Dense, Data = Workshop.Glyphs, Seed = 1 },
        "flatness" => new FlatnessJob { Model = Workshop.Model, State = Workshop.Dense, Mask = Workshop.Prune, Data = Workshop.Glyphs },
        "adaptive-level" => Workshop.Search,
        "adaptive-prune" => Workshop.Prune with { Fraction = 0, Search = Workshop.Search },
        "import" => new ImportJob { Model = Workshop.Model, File = SomeFile },
        "import-mask" => new ImportMaskJob { Model = Workshop.Model, File = SomeFile },
        _ => Workshop.Walk,
    };
}
