#:project ../src/Tombola/Tombola.csproj
#:property PublishAot=false

// A study of one's own with a measure of its own: how many of a ticket's weights keep their sign from the rewinding step to the end of training?
using Tombola;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Reporting;
using Tombola.Studies;

var study = new Study("own/signs", "How many weights of a ticket keep their sign while it trains?", "samples/study.cs", "lenet-glyphs", context =>
{
    Condition[] conditions = [.. Enumerable.Range(0, context.Preset.Levels + 1).Select(level => new Condition(NetworkKinds.Imp, context.Rewind, level))];
    Probe[] probes = [.. conditions.Select(condition => new Probe(condition, Copies: 1))];
    SignsJob Measure(Condition condition) => new()
    {
        Model = context.Preset.Model,
        First = context.Replicates[0].At(context.Rewind),
        Last = context.Replicates[0].Copy(condition, 0),
        Mask = context.Replicates[0].Mask(condition),
    };
    return StudyDesign.Of(
        context,
        probes,
        (store, rows) =>
        {
            double[] kept = [.. conditions.Select(condition => store.Result(Measure(condition)).Kept)];
            var figure = new Figure("signs-by-density", "Signs that stay", "Fraction of the remaining weights whose sign at the end is that of the rewinding step.", Axis.Density, new Axis("Signs kept", Format: ".0%"))
            {
                Series = [new Series("IMP ticket", [.. rows.Zip(kept, (row, value) => new SeriesPoint(row.Density, value))])],
            };
            return new StudyOutcome($"Of the dense network's weights {kept[0]:P1} keep their sign, of the last ticket's {kept[^1]:P1}.", rows, [new Claim("Tickets keep more of their signs than the dense network.", kept[^1] > kept[0])], [figure]);
        },
        conditions.Select(Measure));
});
StudyCatalogue.Registry.Add(study);

var lab = Laboratory.Open(args.Length > 0 ? args[0] : null);
var result = lab.Run("own/signs", new RequestArguments { Levels = 3, Replicates = 1, Set = ["steps=200it", "subsample=2000"] });
Console.WriteLine(result.Verdict);
Console.WriteLine(result.Report);

/// <summary>Compares the signs of two states. Its key is the SHA-256 of what its properties say, so a result is found again.</summary>
internal sealed record SignsJob : Job<SignsResult>
{
    public override string Kind => "own-signs";

    public required string Model { get; init; }

    public required Job First { get; init; }

    public required Job Last { get; init; }

    public Job<PruneResult>? Mask { get; init; }

    public override IEnumerable<Job> Inputs => Mask is null ? [First.Of, Last.Of] : [First.Of, Last.Of, Mask];

    public override string Title => $"compare signs of {Model}";

    public override double Cost => 1e6;

    protected override SignsResult Run(JobContext context)
    {
        var space = Architectures.Create(Model).Space;
        var (first, last, mask) = (context.State(First, space), context.State(Last, space), context.Mask(Mask, space));
        int[] remaining = [.. space.Prunable.SelectMany(parameter => Enumerable.Range(parameter.Offset, parameter.Count)).Where(i => mask is null || mask[i])];
        return new SignsResult(remaining.Count(i => Math.Sign(first.Weights[i]) == Math.Sign(last.Weights[i])) / (double)remaining.Length);
    }
}

internal sealed record SignsResult(double Kept);
