using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Measuring;
using Tombola.Reporting;
using Tombola.Tests.Data;
using Tombola.Tests.Jobs;
using Xunit;

namespace Tombola.Tests.Measuring;

public sealed class SurveyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Where_a_loss_is_not_finite_the_map_has_a_hole_and_the_verdict_says_so()
    {
        var measurement = Survey.Of(Models("a"), new PlaneArguments { Directions = PlaneDirections.Random, Range = new PathRange(-1e25, 1e25), Columns = 3, Rows = 2 });
        var executor = Executor();
        Assert.Matches("^This takes about .* for 6 evaluations.$", MeasurementRunner.Forecast(measurement, executor, 1, CancellationToken.None));
        executor.Run(measurement.Jobs, null, CancellationToken.None);
        Assert.Null(MeasurementRunner.Forecast(measurement, executor, 1, CancellationToken.None));
        var measured = measurement.Conclude(executor.Store);
        Assert.Contains("None of 6 points on a random plane through a has a finite loss", measured.Verdict, StringComparison.Ordinal);
        Assert.All(measured.Figures[0].Map!.Values, value => Assert.False(double.IsFinite(value)));
    }

    [Fact]
    public void The_loss_s_map_has_a_logarithmic_scale_where_it_is_wide_and_says_where_its_contours_are()
    {
        var measurement = Survey.Of(Models("a"), new PlaneArguments { Directions = PlaneDirections.Random, Range = new PathRange(-40, 40), Columns = 3, Rows = 3 });
        var executor = Executor();
        executor.Run(measurement.Jobs, null, CancellationToken.None);
        var measured = measurement.Conclude(executor.Store);
        var (loss, error) = (measured.Figures[0], measured.Figures[1]);
        Assert.True(loss.Map!.Value.Logarithmic);
        Assert.NotEmpty(loss.Map.Levels);
        Assert.Contains($"Contours at {string.Join(", ", loss.Map.Levels.Select(InWords.Number))} nats.", loss.Definition, StringComparison.Ordinal);
        Assert.Contains("equal ratios", loss.Definition, StringComparison.Ordinal);
        Assert.False(error.Map!.Value.Logarithmic);
        Assert.Equal(("a", 0.0, 0.0), (loss.Map.Marks[0].Name, loss.Map.Marks[0].X, loss.Map.Marks[0].Y));
        Assert.Equal(loss.Map.Values[4], loss.Map.Marks[0].Value);
    }

    [Fact]
    public void What_cannot_be_is_refused_before_anything_is_computed()
    {
        var models = Models("a", "b", "c");
        var random = new PlaneArguments { Directions = PlaneDirections.Random };
        Assert.Throws<SettingException>(() => Survey.Of(models, random with { Range = new PathRange(1, -1) }));
        Assert.Throws<SettingException>(() => Survey.Of(models, random with { Columns = 1 }));
        Assert.Throws<SettingException>(() => Survey.Of(models, random with { Directions = PlaneDirections.Networks, Margin = -0.1 }));
        Assert.Throws<SettingException>(() => Survey.Of(models, random with { Directions = PlaneDirections.Networks, Rows = 0 }));
    }

    public void Dispose() => _folder.Dispose();

    private LocalExecutor Executor() => new(new Store(_folder.At("store")), Workshop.Data, 2);

    private ModelSet Models(params string[] names)
    {
        var network = Architectures.Create("mnist_lenet_300_100");
        foreach (var name in names)
        {
            using var file = File.Create(_folder.At($"{name}.safetensors"));
            Safetensors.Write(file, StateFile.Tensors(Initializers.Initialize(network, "xavier_normal", new RandomStream((ulong)name[0], RandomStream.Init))));
        }

        return ModelSet.Of([.. names.Select(name => _folder.At($"{name}.safetensors"))], new ModelArguments { Preset = "lenet-glyphs" }, Workshop.Data);
    }
}
