using System.Diagnostics;
using Tombola.Engine.Memory;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;
using Tombola.Studies;
using Tombola.Training;

namespace Tombola.Measuring;

/// <summary><c>spectrum</c>: the curvature of the training loss at the networks of model files.</summary>
public static class Spectroscopy
{
    /// <summary>The measurement of some files.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="arguments">What is said of the spectrum.</param>
    /// <exception cref="Engine.Naming.SettingException">A number is out of range, or there is no such matrix.</exception>
    public static Measurement Of(ModelSet models, SpectrumArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(arguments);
        arguments.Curvature.Validate();
        arguments.Spending.Validate();
        SpectrumJob[] jobs =
        [
            .. models.Models.Select(model => new SpectrumJob
            {
                Model = models.Network.Name,
                State = model.State,
                Data = models.Data,
                Curvature = models.Network.Space.StatisticsCount > 0 ? arguments.Curvature : arguments.Curvature with { BatchStatistics = false },
                Spending = arguments.Spending,
                Seed = arguments.Seed,
                Kernels = models.Arguments.Kernels,
            }),
        ];
        return new Measurement(
            "spectrum",
            "How curved is the training loss around these networks?",
            models,
            jobs,
            store => Conclude([.. models.Models.Zip(jobs, (model, job) => new FileSpectrum(model.Title, store.Result(job)) { Label = model.Label })], jobs[0]))
        {
            Forecast = (executor, threads) => Forecast(models, jobs, executor, threads),
        };
    }

    private static string Forecast(ModelSet models, SpectrumJob[] jobs, IExecutor executor, int threads)
    {
        var job = jobs[0];
        var (data, state) = (executor.Data.Load(models.Data), executor.Store.State(models.Models[0].State));
        using var team = new ThreadTeam(threads);

        // The first product also compiles; a fraction of the examples says enough of the second.
        var few = job.Curvature with { Examples = Math.Min(job.Curvature.Examples, 2 * CurvatureOperator.Batch) };
        var mask = Mask.OfRemaining([state]);
        using var curvature = new CurvatureOperator(models.Network, state, data.Train, few, mask, team, KernelNames.Parse(job.Kernels));
        var (vector, product) = (CurvatureVectors.Signs(curvature.Dimension, 0, 0), new double[curvature.Dimension]);
        curvature.Multiply(vector, product);
        var watch = Stopwatch.StartNew();
        curvature.Multiply(vector, product);
        var each = watch.Elapsed.TotalSeconds / curvature.Examples * Math.Min(job.Curvature.Examples, data.Train.Count);
        var products = jobs.Length * job.Spending.Products;
        return $"This takes at most {InWords.Duration(products * each)}: {InWords.Whole(products)} products with the {Words(job.Curvature)} over {InWords.Whole(Math.Min(job.Curvature.Examples, data.Train.Count))} examples.";
    }

    private static Measured Conclude(FileSpectrum[] files, SpectrumJob job)
    {
        var several = files.Length > 1;
        return new Measured(
            string.Join(' ', files.Select(file => Verdict(file, several))),
            [
                .. several ? [Summary(files)] : Array.Empty<Table>(),
                .. files.Select((file, i) => Ends(several ? $"ends-{i + 1}" : "ends", several ? $"{file.Label}: " : "", file.Result.Spectrum)),
                .. files.Select((file, i) => Layers(several ? $"layers-{i + 1}" : "layers", several ? $"{file.Label}: " : "", file.Result.Spectrum)),
            ],
            [SpectrumFigures.Density("density", [.. files.Select(file => (file.Label, file.Result.Spectrum))], Words(job.Curvature))],
            new FileSpectra(files))
        {
            Choices = [.. SpectrumFigures.Choices(job.Curvature, job.Spending, files[0].Result.Examples)],
        };
    }

    private static string Words(CurvatureSettings settings) => settings.Matrix == CurvatureMatrix.Hessian ? "Hessian" : "Gauss-Newton matrix";

    private static string Verdict(FileSpectrum file, bool several)
    {
        var spectrum = file.Result.Spectrum;
        var (largest, smallest) = (spectrum.Largest[0].Value, spectrum.Smallest[0].Value);
        return $"{(several ? $"{file.Label}: " : "")}{InWords.Percent(spectrum.FlatPart, 1)} of {InWords.Grouped(spectrum.Dimension)} weights lie at no curvature worth the name; the largest eigenvalue is {SpectrumFigures.Digits(largest)}, "
            + (smallest < 0 ? $"the most negative {SpectrumFigures.Digits(smallest)}" : "and none that was found is negative")
            + $"; the trace is {SpectrumFigures.Digits(spectrum.Trace.Value)} ± {SpectrumFigures.Digits(spectrum.Trace.Error)}, over examples with a mean loss of {InWords.Fixed(file.Result.Loss, 4)}.";
    }

    private static Table Summary(FileSpectrum[] files) => new(
        "networks",
        "Networks: mean loss (nats), ends of the spectrum, trace, and fraction of the weights at no curvature",
        [new("Network"), new("Loss", true), new("Largest", true), new("Most negative", true), new("Trace", true), new("Flat", true), new("Products", true)],
        [.. files.Select(file => (IReadOnlyList<string>)
        [
            file.Label,
            InWords.Fixed(file.Result.Loss, 4),
            SpectrumFigures.Digits(file.Result.Spectrum.Largest[0].Value),
            SpectrumFigures.Digits(file.Result.Spectrum.Smallest[0].Value),
            $"{SpectrumFigures.Digits(file.Result.Spectrum.Trace.Value)} ± {SpectrumFigures.Digits(file.Result.Spectrum.Trace.Error)}",
            InWords.Percent(file.Result.Spectrum.FlatPart, 1),
            InWords.Whole(file.Result.Spectrum.Products),
        ])]);

    private static Table Ends(string id, string title, Spectrum spectrum) => new(
        id,
        $"{title}Eigenvalues at both ends, each with how far it can be from a true one",
        [new("", true), new("Largest", true), new("±", true), new("Most negative", true), new("±", true)],
        [.. spectrum.Largest.Zip(spectrum.Smallest, (top, bottom) => (top, bottom)).Select((pair, i) => (IReadOnlyList<string>)
        [
            InWords.Whole(i + 1), SpectrumFigures.Digits(pair.top.Value), SpectrumFigures.Digits(pair.top.Residual), SpectrumFigures.Digits(pair.bottom.Value), SpectrumFigures.Digits(pair.bottom.Residual),
        ])]);

    private static Table Layers(string id, string title, Spectrum spectrum) => new(
        id,
        $"{title}Trace by layer, and over a weight",
        [new("Layer"), new("Weights", true), new("Trace", true), new("±", true), new("A weight", true)],
        [.. spectrum.Layers.Select(layer => (IReadOnlyList<string>)
        [
            layer.Layer, InWords.Whole(layer.Weights), SpectrumFigures.Digits(layer.Trace), layer.Error is { } error ? SpectrumFigures.Digits(error) : "", SpectrumFigures.Digits(layer.Trace / Math.Max(1, layer.Weights)),
        ])]);
}

/// <summary>What was found of all files.</summary>
/// <param name="Models">By file.</param>
public sealed record FileSpectra(IReadOnlyList<FileSpectrum> Models);

/// <summary>What was found of a model file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Result">Its spectrum.</param>
public sealed record FileSpectrum(string File, SpectrumResult Result)
{
    internal string Label { get; init; } = "";
}
