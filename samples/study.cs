#:project ../src/Tombola/Tombola.csproj
#:property PublishAot=false

// A study of one's own with a measure of its own: how many of a ticket's weights keep their sign from the rewinding step to the end of training?
using Tombola;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Reporting;
using Tombola.Studies;

// A measure says once which jobs it takes and what to read of their results; every row that asks for it has its number.
var kept = Measure.OfCopies("signsKept", (replicate, condition, copy) => new SignsJob
{
    Model = replicate.Copy(condition, copy).Model,
    First = replicate.At(condition.StartStep),
    Last = replicate.Copy(condition, copy),
    Mask = replicate.Mask(condition),
}, result => result.Kept);

var study = new Study("own/signs", "How many weights of a ticket keep their sign while it trains?", "samples/study.cs", "lenet-glyphs", context =>
{
    var tickets = Enumerable.Range(0, context.Preset.Levels + 1).Select(level => new Condition(NetworkKinds.Imp, context.Rewind, level));
    return StudyDesign.Of(context, tickets.Measured([kept], copies: 1), rows =>
    {
        var (dense, last) = (rows[0][kept].Mean, rows[^1][kept].Mean);
        var figure = new Figure("signs-by-density", "Signs that stay", "Fraction of the remaining weights whose sign at the end is that of the rewinding step.", Axis.Density, new Axis("Signs kept", Format: ".0%"))
        {
            Series = [new Series("IMP ticket", [.. rows.Select(row => row[kept].Point(row.Density))])],
        };
        var claim = new Claim("Tickets keep more of their signs than the dense network.", Answers.Of(last > dense));
        return new StudyOutcome($"Of the dense network's weights {InWords.Percent(dense, 1)} keep their sign, of the last ticket's {InWords.Percent(last, 1)}.", rows, [claim], [figure]);
    });
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

    public override IEnumerable<Job> Inputs => Mask is null ? [First, Last] : [First, Last, Mask];

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
