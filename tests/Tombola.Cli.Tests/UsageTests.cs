using Tombola.Reporting;

namespace Tombola.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public static TheoryData<string> Commands =>
    [
        "quickstart", "study run", "study list", "study show", "train", "data list", "data fetch", "data verify", "models list", "models show", "pruning list",
        "runs list", "runs show", "runs rm", "runs verify", "runs clean", "export", "branch", "evaluate", "path", "compare", "plane", "spectrum", "weights", "prune", "import", "bench step", "bench density", "bench imp", "bench evaluate", "bench path", "bench curvature", "bench layers", "doctor", "dashboard",
    ];

    [Fact]
    public void The_version_is_printed_alone()
    {
        var ended = _sandbox.Run("--version");
        Assert.Equal(0, ended.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", ended.Output);
        Assert.Empty(ended.Error);
    }

    [Fact]
    public void Help_lists_the_exit_codes() =>
        Assert.Contains("Exit codes: 0 done, 1 failed, 2 bad usage, 3 stopped and can go on.", _sandbox.Run("--help").Output, StringComparison.Ordinal);

    [Theory, MemberData(nameof(Commands))]
    public void Help_of_every_command_shows_an_example(string command)
    {
        var ended = _sandbox.RunHere([.. command.Split(' '), "--help"]);
        Assert.Equal(0, ended.Code);
        Assert.Contains($"Example: tombola {command}", ended.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_sandbox.StorePath));
    }

    [Fact]
    public void Only_what_a_command_uses_is_offered_and_what_needs_more_says_how()
    {
        var weights = _sandbox.RunHere("weights", "--help").Output;
        foreach (var option in new[] { "--data ", "--kernels ", "--workers ", "--seed " }) Assert.DoesNotContain(option, weights, StringComparison.Ordinal);
        Assert.Contains("given:LAYER=D,*=D or given:FILE", _sandbox.RunHere("prune", "--help").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Try: tombola --help")]
    [InlineData("nosuch", "'nosuch'")]
    [InlineData("study", "Try: tombola study --help")]
    [InlineData("study run", "Try: tombola study run --help")]
    [InlineData("train --nosuch", "'--nosuch'")]
    [InlineData("train --seed minus", "--seed")]
    [InlineData("train --preset lenet-mnit", "Did you mean lenet-mnist?")]
    [InlineData("study run quickstrt", "Did you mean quickstart?")]
    [InlineData("study run lcm", "There is no study 'lcm'. Did you mean lmc?")]
    [InlineData("study run lmc/fig3 --preset resnet50-imagenet", "resnet50-imagenet needs imagenet: this program reads no data set of that name, and has no ResNet-50.")]
    [InlineData("study run lmc --preset inceptionv3-imagenet", "has no Inception-v3.")]
    [InlineData("train --preset squeezenet-imagenet", "has no SqueezeNet.")]
    [InlineData("study run lmc --preset lenet-glyphs --at 99999999it", "lmc/fig3 on lenet-glyphs: None of the steps lies before the end of training, step 1200.")]
    [InlineData("study list --replicates 0", "The number of replicates is 0; it must be from 1 to 100.")]
    [InlineData("study list --scale tinny", "Did you mean tiny?")]
    [InlineData("study show lmc/fig22", "Did you mean lmc/fig2?")]
    [InlineData("quickstart --scale tinny", "Did you mean tiny?")]
    [InlineData("quickstart --set learning_rte=1", "Did you mean learningRate?")]
    [InlineData("quickstart --set batch=-1", "The field batch is -1")]
    [InlineData("quickstart --set batch", "batch")]
    [InlineData("quickstart --set fraction=1.5", "fraction")]
    [InlineData("quickstart --set optimizer=adm", "adam")]
    [InlineData("quickstart --levels -1", "levels is -1")]
    [InlineData("quickstart --replicates 0", "replicates is 0")]
    [InlineData("quickstart --workers 0", "--workers is 0")]
    [InlineData("quickstart --steps 12xx", "'12xx' is not a step")]
    [InlineData("quickstart --steps 0it", "steps")]
    [InlineData("train --keep 9999999it", "after the end of training")]
    [InlineData("models show mnist_lenet", "mnist_lenet_300_100")]
    [InlineData("models show mnist_lenet_300_100 --batch 0", "--batch is 0")]
    [InlineData("models show cifar_resnet_21", "6n + 2")]
    [InlineData("models show cifar_resnet_20_0", "'0' is not a width")]
    [InlineData("models show cifar_vgg_12", "11, 13, 16, 19")]
    [InlineData("models show cifar_vgg_16_wide", "'wide' is not a width")]
    [InlineData("models show cifar_vgg_19_1024", "Choose a narrower one.")]
    [InlineData("bench step --model cifar_conv_3", "2, 4, 6")]
    [InlineData("study run lmc/fig2 --preset vgg16-cifar", "Did you mean vgg16-cifar10?")]
    [InlineData("study run lmc/fig2 --preset vgg16-cifar10 --scale tiny --set model=cifar_vgg_16_0", "'0' is not a width")]
    [InlineData("study run lmc/fig3 --preset resnet20-cifar10 --scale tiny --set batchNormInitializer=unifrm", "There is no batch-norm initialiser 'unifrm'.")]
    [InlineData("study run lmc/fig3 --preset resnet20-cifar10 --scale tiny --batch-norm average", "--batch-norm is 'average'; it must be interpolate or recalibrate.")]
    [InlineData("study run lmc/fig3 --preset resnet20-cifar10 --scale tiny --batch-norm-examples 100", "--batch-norm-examples is for --batch-norm recalibrate")]
    [InlineData("study run lmc/fig3 --preset resnet20-cifar10 --scale tiny --batch-norm recalibrate --batch-norm-examples 0", "cannot be estimated from 0 examples")]
    [InlineData("study run lmc/fig3 --preset resnet20-cifar10 --scale tiny --set augmentation=mirror", "mirror")]
    [InlineData("train --preset resnet20-large-batch --scale tiny --set batch=4096", "The batch of 4096 is larger than the training set of 2000 examples")]
    [InlineData("train --scale smal", "Did you mean small?")]
    [InlineData("bench step --threads 0", "--threads is 0")]
    [InlineData("bench step --density 0", "The density is 0; it must be above 0 and at most 1.")]
    [InlineData("bench step --density 0.1 --model cifar_conv_2", "There are no benchmark masks of cifar_conv_2. Models with masks: cifar_resnet_20, ")]
    [InlineData("bench step --kernels sparse", "There are no 'sparse' kernels; choose automatic or dense.")]
    [InlineData("bench step --seconds 0", "--seconds is 0")]
    [InlineData("bench density --model cifar_vgg_11", "There are no benchmark masks of cifar_vgg_11.")]
    [InlineData("bench density --workers 0", "--workers is 0")]
    [InlineData("bench density --out nosuch/folder/page.html", "there is no folder")]
    [InlineData("bench imp --levels 101", "--levels is 101; it must be from 0 to 100.")]
    [InlineData("bench imp --fraction 1", "--fraction is 1; it must be above 0 and below 1.")]
    [InlineData("bench imp --model mnist_lenet_300_100 --levels 100", "leaves none of the 266200 weights")]
    [InlineData("bench path --points 1", "--points is 1; it must be from 2 to 10000.")]
    [InlineData("bench path --examples 0", "--examples is 0")]
    [InlineData("bench path --workers 0", "--workers is 0")]
    [InlineData("bench path --density 0.5 --model mnist_lenet_20", "There are no benchmark masks of mnist_lenet_20.")]
    [InlineData("data verify mnst", "mnist, fashion_mnist, kmnist")]
    [InlineData("runs show 00", "tombola runs list")]
    [InlineData("dashboard --port -1", "--port is -1; it must be from 0 to 65535.")]
    public void A_mistake_in_the_command_is_answered_with_a_sentence_and_nothing_is_computed(string command, string part)
    {
        _sandbox.RunHere(command.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FailsWith(2, part);
        Assert.Empty(StoreFolder.Entries(_sandbox.StorePath));
    }

    public void Dispose() => _sandbox.Dispose();
}
