using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>What another program computes from our file, against what we compute.</summary>
public sealed class OnnxTests
{
    private const int Examples = 5;
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData("mnist_lenet_300_100")]
    [InlineData("cifar_resnet_8")]
    [InlineData("cifar_vgg_11_8")]
    [InlineData("cifar_conv_2_16")]
    public void Logits_are_ours(string model) => IsOurs(Architectures.Create(model));

    [Fact]
    public void Every_kind_of_layer_computes_as_ours_does() => IsOurs(Exports.EveryLayer);

    [Fact]
    public void A_network_that_ends_with_a_map_of_one_pixel_gives_logits_too() =>
        IsOurs(Exports.Made("pooled", new Shape(2, 5, 4), b => b.Dropout(b.GlobalAveragePool(b.Convolution("conv", b.BatchNorm("bn", b.Input), 4, 3)), 0.3)));

    [Fact]
    public void Input_and_output_have_names_and_the_batch_any_size()
    {
        using var session = new InferenceSession(Exports.Bytes(ExportFormats.Onnx, Exports.Content(Exports.Odd)));
        Assert.Equal(["input"], session.InputMetadata.Keys);
        Assert.Equal(["logits"], session.OutputMetadata.Keys);
        Assert.Equal([-1, 2, 3, 3], session.InputMetadata["input"].Dimensions);
        Assert.Equal([-1, 5], session.OutputMetadata["logits"].Dimensions);
        Assert.Equal(["model", "what"], session.ModelMetadata.CustomMetadataMap.Keys.Order());
        Assert.Equal("tombola", session.ModelMetadata.ProducerName);
    }

    [Fact]
    public void Zeros_stay_and_initialisers_have_the_names_of_the_state_dict()
    {
        var content = Exports.Content(Exports.Odd, Exports.Third(Exports.Odd));
        var bytes = Exports.Bytes(ExportFormats.Onnx, content);
        foreach (var tensor in StateFile.Tensors(content.State!))
        {
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(tensor.Name)) > 0, tensor.Name);
            Assert.True(bytes.AsSpan().IndexOf(tensor.Bytes.Span) > 0, tensor.Name);
        }
    }

    [Fact]
    public void A_layer_that_onnx_does_not_know_is_named()
    {
        var network = Exports.Made("strange", new Shape(1, 2, 2), b => b.Append(new StrangeLayer("odd.one", Shape.Vector(3)), b.Linear("fc", b.Input, 3)));
        var refused = Assert.Throws<SettingException>(() => Exports.Bytes(ExportFormats.Onnx, Exports.Content(network)));
        Assert.Contains("odd.one (strange)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("safetensors, npz, packed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_alone_is_no_network() => Assert.Contains("safetensors, npz, packed", Assert.Throws<SettingException>(() => ExportFormats.Onnx.Demand(isMask: true)).Message, StringComparison.Ordinal);

    private static void IsOurs(Network network)
    {
        foreach (var mask in new[] { null, Exports.Third(network) })
        {
            var content = Exports.Content(network, mask);
            var images = new float[Examples * network.Input.Count];
            for (var i = 0; i < images.Length; i++) images[i] = (float)((Math.Sin(i * 0.37) + 1) / 2);
            using var plan = Backends.Cpu.Compile(new PlanRequest(network, Examples) { Mask = mask });
            plan.Load(content.State!);
            for (var i = 0; i < Examples; i++) images.AsSpan(i * network.Input.Count, network.Input.Count).CopyTo(plan.Sample(i));
            plan.Evaluate(Examples);

            using var session = new InferenceSession(Exports.Bytes(ExportFormats.Onnx, content));
            var input = new DenseTensor<float>(images, [Examples, network.Input.Channels, network.Input.Rows, network.Input.Columns]);
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("input", input)]);
            var logits = results[0].AsTensor<float>();
            Assert.Equal([Examples, network.Classes], logits.Dimensions.ToArray());
            var (worst, spread) = (0.0, 0.0);
            for (var i = 0; i < Examples; i++)
            {
                for (var label = 0; label < network.Classes; label++)
                {
                    worst = Math.Max(worst, Math.Abs(plan.Logit(i, label) - logits[i, label]));
                    spread = Math.Max(spread, Math.Abs(plan.Logit(i, label) - plan.Logit(0, 0)));
                }
            }

            Assert.True(spread > 1e-3, $"{network.Name}: logits that hardly differ prove nothing");
            Assert.True(worst <= Tolerance, $"{network.Name}: {worst} apart, of logits {spread} apart among themselves");
        }
    }

    private sealed record StrangeLayer(string Name, Shape Output) : Layer(Name, Output)
    {
        public override string Kind => "strange";
    }
}
