using System.CommandLine;
using Tombola.Landscape;
using Tombola.Measuring;

namespace Tombola.Cli.Commands;

/// <summary><c>spectrum</c>: the curvature of the loss at networks in files.</summary>
internal static class SpectrumCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var options = new ModelOptions(common);
        var (curvature, spending) = (new CurvatureSettings(), new SpectrumSettings());
        var files = new Argument<string[]>("files") { Description = "Model files: safetensors, PyTorch's .pt or .pth, .npz.", Arity = new ArgumentArity(1, 1000) };
        var matrix = new Option<string>("--matrix") { Description = "The Hessian, or the part of it that is never negative.", DefaultValueFactory = _ => curvature.Matrix };
        matrix.AcceptOnlyFromAmong(CurvatureMatrix.Hessian, CurvatureMatrix.GaussNewton);
        var examples = Number("--examples", "Training examples whose mean loss it is.", curvature.Examples);
        var all = new Option<bool>("--all-parameters") { Description = "Let biases and batch norm move too, not only the prunable weights that remain." };
        var statistics = new Option<bool>("--batch-statistics") { Description = "Let batch norm normalise by mini-batches of 64, as in training." };
        var count = Number("--count", "Eigenvalues to find at each end.", spending.Count);
        var products = Number("--products", "Most products to find them with.", spending.MostProducts);
        var runs = Number("--runs", "Runs of Lanczos quadrature for the density.", spending.Runs);
        var steps = Number("--steps", "Products of each run after the first.", spending.Steps);
        var trace = Number("--trace-products", "Products for the trace.", spending.TraceProducts);
        var seed = new NumberOption<ulong>("--seed") { Description = "Seed of the random vectors.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var command = new Command(
            "spectrum",
            "How curved the training loss is around networks in files: both ends of the Hessian's spectrum, its density, its trace by layer.\n\nExample: tombola spectrum model.safetensors --data ~/data")
        { files };
        foreach (var option in new Option[] { matrix, examples, all, statistics, count, products, runs, steps, trace, seed }.Concat(options.All)) command.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            var arguments = new SpectrumArguments
            {
                Curvature = new CurvatureSettings
                {
                    Matrix = parsed.GetValue(matrix)!,
                    Examples = parsed.GetValue(examples),
                    AllParameters = parsed.GetValue(all),
                    BatchStatistics = parsed.GetValue(statistics),
                },
                Spending = spending with
                {
                    Count = parsed.GetValue(count),
                    MostProducts = parsed.GetValue(products),
                    Runs = parsed.GetValue(runs),
                    Steps = parsed.GetValue(steps),
                    TraceProducts = parsed.GetValue(trace),
                },
                Seed = parsed.GetValue(seed),
            };
            var (store, data) = (common.OpenStore(parsed), common.OpenData(parsed));
            var models = ModelSet.Of(parsed.GetValue(files)!, options.Read(parsed, null), data);
            MeasurementRun.Carry(Spectroscopy.Of(models, arguments), common, parsed, store, data, cancellation);
            return Task.FromResult(Application.Success);
        });
        return command;
    }

    private static NumberOption<int> Number(string name, string description, int otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise, HelpName = "N" };
}
