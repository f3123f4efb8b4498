using Tombola.Engine.Execution;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Tests.Execution;

public class LayerKindsTests
{
    [Fact]
    public void Every_kind_of_layer_can_be_compiled_and_has_a_name_for_people()
    {
        var builder = new NetworkBuilder("all kinds", new Shape(2, 8, 8));
        var x = builder.Relu(builder.BatchNorm("bn", builder.Convolution("conv", builder.Input, 4, Window.Of((1, 3), (1, 2), (0, 1)), groups: 2)));
        x = builder.Add(builder.MaxPool(x, 2, 2), builder.AveragePool(x, 2, 2));
        x = builder.Concat(builder.Flatten(builder.Dropout(x, 0.1)), builder.GlobalAveragePool(x));
        builder.Linear("fc", x, 3);
        var network = builder.Build();
        Assert.Equal(
            ["convolution 1x3, stride 1x2, 2 groups", "batch norm", "relu", "max pool 2x2, stride 2", "average pool 2x2, stride 2", "add", "dropout", "flatten", "global average pool", "concat", "linear"],
            network.Layers.Select(layer => layer.Kind));
        Assert.Equal(
            typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer))).Select(type => type.Name).Order(),
            network.Layers.Select(layer => layer.GetType().Name).Order());
        foreach (var training in new[] { false, true })
        {
            using var plan = Backends.Cpu.Compile(new PlanRequest(network, 4) { Training = training });
            Assert.NotEmpty(plan.Describe());
        }
    }

    [Fact]
    public void A_kind_that_the_processor_does_not_know_is_refused_by_its_name()
    {
        var builder = new NetworkBuilder("odd", Shape.Vector(3));
        builder.Linear("fc", builder.Append(new OddLayer("strange", Shape.Vector(3)), builder.Input), 2);
        var refusal = Assert.Throws<SettingException>(() => Backends.Cpu.Compile(new PlanRequest(builder.Build(), 4)));
        Assert.Equal("The processor has no pass for strange, a layer of the kind oddity.", refusal.Message);
        Assert.Throws<SettingException>(() => builder.Append(new OddLayer("early", Shape.Vector(3)), 7));
    }

    private sealed record OddLayer(string Name, Shape Output) : Layer(Name, Output)
    {
        public override string Kind => "oddity";
    }
}
