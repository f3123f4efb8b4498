using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Tombola.Engine.Execution;
using Tombola.Engine.Execution.Cpu;
using Tombola.Engine.Networks;
using Tombola.Engine.Tests.Reference;

namespace Tombola.Engine.Tests.Execution;

/// <summary>How the networks of the papers are compiled, and what comes out to the last bit: <c>golden/NETWORK.txt</c> was written before the engine's rooms moved, and holds whatever moves.</summary>
public class GoldenPlanTests
{
    private const int Batch = 40, Steps = 10;

    /// <summary>A file is written anew where this variable is set, to be looked at with git before it is believed.</summary>
    private const string Rewrite = "TOMBOLA_WRITE_GOLDEN";

    /// <summary>Without fused multiplications convolutions take minutes.</summary>
    public static TheoryData<string> Nets =>
    [
        "mnist_lenet_300_100",
        .. Fma.IsSupported ? new[] { "cifar_resnet_8", "cifar_resnet_20", "cifar_vgg_16_8", "cifar_conv_4" } : [],
    ];

    [Theory]
    [MemberData(nameof(Nets))]
    public void Plans_and_what_they_compute_are_as_they_were(string net)
    {
        var network = Architectures.Create(net);
        var text = new StringBuilder();
        foreach (var density in new[] { 1, 0.2, 0.03 }) Describe(text, network, density);
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 } folder) File.WriteAllText(Path.Combine(folder, $"{net}.txt"), text.ToString());
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", $"{net}.txt")), text.ToString());
    }

    private static void Describe(StringBuilder text, Network network, double density)
    {
        var mask = density < 1 ? Workbench.Mask(network, density) : null;
        using Plan training = new(network, mask, Batch, training: true), evaluation = new(network, mask, Batch, training: false);
        text.Append(CultureInfo.InvariantCulture, $"density {density}\nfor training, {training.LaneWidth} lanes, {training.StoredWeights} weights\n");
        foreach (var pass in training.Describe()) text.Append(CultureInfo.InvariantCulture, $"  {pass.Layers}: {pass.Output}, {pass.Forward}; {pass.InputGradient}; {pass.WeightGradient}\n");
        text.Append(CultureInfo.InvariantCulture, $"for evaluation, {evaluation.LaneWidth} lanes, {evaluation.StoredWeights} weights\n");
        foreach (var pass in evaluation.Describe()) text.Append(CultureInfo.InvariantCulture, $"  {pass.Layers}: {pass.Output}, {pass.Forward}\n");

        NetworkState[] ends = [Train(training, mask, 0), Train(training, mask, 100)];
        foreach (var end in ends) text.Append(CultureInfo.InvariantCulture, $"after {Steps} steps {Bits.Fingerprint([.. end.Weights, .. end.Statistics])}\n");
        text.Append("path");
        foreach (var at in new[] { 0f, 0.25f, 0.5f, 0.75f, 1f }) text.Append(CultureInfo.InvariantCulture, $" {Evaluate(evaluation, Between(ends, at))}");
        text.Append('\n');
    }

    private static NetworkState Train(Plan plan, Mask? mask, uint noise)
    {
        using var optimizer = plan.CreateOptimizer(new OptimizerSpec(OptimizerKind.Sgd, Momentum: 0.9, WeightDecay: 1e-4));
        var start = FormulaState.Of(plan.Network);
        plan.Load(mask is null ? start : start.Under(mask));
        for (var step = 0u; step < Steps; step++)
        {
            plan.Fill(Workbench.Samples(plan.Network, Batch, noise + step), Workbench.Labels(plan.Network, Batch, noise + step));
            plan.Step(step == Steps - 1 ? Batch - 7 : Batch, optimizer, 0.02);
        }

        return plan.Save();
    }

    private static NetworkState Between(NetworkState[] ends, float at)
    {
        var point = ends[0].Clone();
        for (var i = 0; i < point.Weights.Length; i++) point.Weights[i] += at * (ends[1].Weights[i] - ends[0].Weights[i]);
        for (var i = 0; i < point.Statistics.Length; i++) point.Statistics[i] += at * (ends[1].Statistics[i] - ends[0].Statistics[i]);
        return point;
    }

    private static string Evaluate(Plan plan, NetworkState state)
    {
        plan.Load(state);
        plan.Fill(Workbench.Samples(plan.Network, Batch), Workbench.Labels(plan.Network, Batch));
        var loss = plan.Evaluate(Batch);
        return string.Create(CultureInfo.InvariantCulture, $"{loss.LossSum:r}/{loss.Hits}");
    }
}
