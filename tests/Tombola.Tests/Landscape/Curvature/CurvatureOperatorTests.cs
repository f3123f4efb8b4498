using MathNet.Numerics.LinearAlgebra;
using Tombola.Data;
using Tombola.Engine.Memory;
using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Engine.Numerics;
using Tombola.Landscape;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Landscape;

/// <summary>The Hessian of a network of some 60 weights, column by column, and what the methods for large ones find of it.</summary>
public sealed class CurvatureOperatorTests
{
    private const int Images = 150;

    private static readonly Network Small = BuildSmall();

    private static readonly ExampleSource Data = SmallImages();

    private static readonly CurvatureSettings All = new() { AllParameters = true };

    [Theory]
    [InlineData(CurvatureMatrix.Hessian)]
    [InlineData(CurvatureMatrix.GaussNewton)]
    public void Ends_moments_and_trace_are_those_of_the_whole_matrix(string matrix)
    {
        using var curvature = new CurvatureOperator(Small, Start(), Data, All with { Matrix = matrix });
        Assert.InRange(curvature.Dimension, 55, 70);
        var whole = Whole(curvature);
        Assert.True((whole - whole.Transpose()).Enumerate().Max(Math.Abs) < 1e-5 * whole.Enumerate().Max(Math.Abs));
        double[] expected = [.. ((whole + whole.Transpose()) / 2).Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];
        var spectrum = Spectrum.Of(curvature, curvature.Layers, new SpectrumSettings { Count = 5, Runs = 30, Steps = 25, TraceProducts = 30 }, 1);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(expected[^(i + 1)], spectrum.Largest[i].Value, 1e-4 + (2 * spectrum.Largest[i].Residual));
            Assert.Equal(expected[i], spectrum.Smallest[i].Value, 1e-4 + (2 * spectrum.Smallest[i].Residual));
        }

        if (matrix == CurvatureMatrix.GaussNewton) Assert.All(expected, value => Assert.True(value > -1e-5));
        else Assert.True(expected[0] < -1e-3);
        Assert.Equal(whole.Trace(), spectrum.Trace.Value, 1e-4 + (4 * spectrum.Trace.Error));
        Assert.Equal(whole.Trace(), spectrum.Layers.Sum(layer => layer.Trace), 4 * Math.Sqrt(spectrum.Layers.Sum(layer => layer.Error!.Value * layer.Error!.Value)) + 0.05);
        Assert.Equal((whole * whole).Trace(), curvature.Dimension * spectrum.Runs.Average(run => run.Sum(node => node.Weight * node.Value * node.Value)), 0.15 * (whole * whole).Trace());
    }

    [Fact]
    public void Two_products_with_one_vector_are_equal_to_the_bit_whatever_the_threads()
    {
        using var team = new ThreadTeam(2);
        using var alone = new CurvatureOperator(ToyResNet.Network, ToyResNet.Start(), ToyResNet.Data.Train, new CurvatureSettings { Examples = 150 });
        using var together = new CurvatureOperator(ToyResNet.Network, ToyResNet.Start(), ToyResNet.Data.Train, new CurvatureSettings { Examples = 150 }, team: team);
        var vector = CurvatureVectors.Signs(alone.Dimension, 3, 0);
        var products = new[] { alone, alone, together }.Select(one =>
        {
            var product = new double[one.Dimension];
            one.Multiply(vector, product);
            return product;
        }).ToArray();
        Assert.Equal(products[0], products[1]);
        Assert.Equal(products[0], products[2]);
        Assert.Equal(2, alone.Products);
        Assert.Equal(alone.Loss, together.Loss);
    }

    [Fact]
    public void Only_the_remaining_prunable_weights_move_unless_all_may()
    {
        var space = Small.Space;
        var mask = new Mask(space, i => i % 3 != 0 || !space.Prunable.Any(part => i >= part.Offset && i < part.Offset + part.Count));
        var state = Start().Under(mask);
        using var remaining = new CurvatureOperator(Small, state, Data, new CurvatureSettings(), mask);
        Assert.Equal(mask.Remaining, remaining.Dimension);
        Assert.Equal(mask.Remaining, remaining.Layers.Sum(layer => layer.Count));
        using var all = new CurvatureOperator(Small, state, Data, All, mask);
        Assert.Equal(space.Count - (space.PrunableCount - mask.Remaining), all.Dimension);
    }

    [Fact]
    public void What_has_no_curvature_gets_a_sentence()
    {
        var nothing = new Mask(Small.Space, i => !Small.Space.Prunable.Any(part => i >= part.Offset && i < part.Offset + part.Count));
        Assert.Contains("no curvature", Assert.Throws<SettingException>(() => new CurvatureOperator(Small, Start().Under(nothing), Data, new CurvatureSettings(), nothing)).Message, StringComparison.Ordinal);
        Assert.Contains("no matrix", Assert.Throws<SettingException>(() => new CurvatureOperator(Small, Start(), Data, new CurvatureSettings { Matrix = "fisher" })).Message, StringComparison.Ordinal);
        Assert.Throws<SettingException>(() => new CurvatureOperator(Small, Start(), Data, new CurvatureSettings { Examples = 0 }));
        var wild = Start();
        wild.Weights.AsSpan().Fill(float.NaN);
        using var curvature = new CurvatureOperator(Small, wild, Data, All);
        Assert.Contains("not finite", Assert.Throws<SettingException>(() => curvature.Multiply(new float[curvature.Dimension], new double[curvature.Dimension])).Message, StringComparison.Ordinal);
    }

    private static Matrix<double> Whole(CurvatureOperator curvature)
    {
        var whole = Matrix<double>.Build.Dense(curvature.Dimension, curvature.Dimension);
        var (vector, product) = (new float[curvature.Dimension], new double[curvature.Dimension]);
        for (var i = 0; i < curvature.Dimension; i++)
        {
            vector.AsSpan().Clear();
            vector[i] = 1;
            curvature.Multiply(vector, product);
            whole.SetColumn(i, product);
        }

        return whole;
    }

    private static NetworkState Start()
    {
        var state = Initializers.Initialize(Small, "kaiming_normal", new RandomStream(3, RandomStream.Init));
        for (var i = 0; i < state.Statistics.Length; i++) state.Statistics[i] = 0.5f + (0.1f * i);
        return state;
    }

    private static Network BuildSmall()
    {
        var builder = new NetworkBuilder("small", new Shape(1, 4, 4));
        var x = builder.Relu(builder.BatchNorm("bn", builder.Convolution("conv", builder.Input, 2, 3, padding: 1)));
        builder.Linear("fc", builder.Relu(builder.Linear("hidden", builder.GlobalAveragePool(x), 5)), 3);
        return builder.Build();
    }

    private static ExampleSource SmallImages()
    {
        var stream = new RandomStream(9, RandomStream.Data);
        return ExampleSource.FromBytes(
            new Shape(1, 4, 4), [.. Enumerable.Range(0, Images * 16).Select(p => (byte)stream.Below(256, 0, (ulong)p, 0))], [.. Enumerable.Range(0, Images).Select(n => n % 3)], 3);
    }
}
