using System.Collections;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>The rows of a study at one preset, in the order in which they were asked for, and the results behind them.</summary>
public sealed class StudyRows : IReadOnlyList<StudyRow>
{
    /// <summary>Accuracies within 0.2 points of the dense networks' match (Frankle et al. 2020, table 2).</summary>
    public const double MatchingTolerance = 0.002;

    private readonly StudyRow[] _rows;
    private readonly MeasuredCondition[] _asked;
    private readonly StudyRow? _dense;

    internal StudyRows(StudyContext context, IEnumerable<MeasuredCondition> asked, Results results, string? preset)
    {
        (Context, Results, _asked) = (context, results, [.. asked]);
        List<StudyRow> rows = [];
        foreach (var one in _asked)
        {
            var row = RowOf(one) with { Preset = preset };
            if (row.Level == 0) _dense ??= row;
            else if (_dense is not null) row = Matched(row, _dense);
            rows.Add(row);
        }

        _rows = [.. rows];
    }

    /// <summary>The request.</summary>
    public StudyContext Context { get; }

    /// <summary>Results of the study's jobs.</summary>
    public Results Results { get; }

    /// <summary>The first dense network asked for, which those that are asked for after it should match.</summary>
    public StudyRow Dense => _dense ?? throw new InvalidOperationException("The study asks for no dense network.");

    /// <inheritdoc/>
    public int Count => _rows.Length;

    /// <inheritdoc/>
    public StudyRow this[int index] => _rows[index];

    /// <summary>The row of a condition; of several, the one that says most.</summary>
    /// <exception cref="ArgumentException">The study does not ask for it.</exception>
    public StudyRow this[Condition condition] => _rows.Where(row => row.Condition == condition).MaxBy(row => row.Statistics.Names.Count)
        ?? throw new ArgumentException($"The study has no row of {condition.Kind.Title} from step {condition.StartStep} at level {condition.Level}; ask for it in its design.", nameof(condition));

    /// <summary>The rows of conditions, in their order.</summary>
    public StudyRow[] Of(IEnumerable<Condition> conditions) => [.. conditions.Select(condition => this[condition])];

    /// <summary>The samples behind a number of a row, or of what no row has: by replicate, and copy or pair.</summary>
    public IReadOnlyList<IReadOnlyList<TSample>> Samples<TSample>(StudyRow row, Measure<TSample> measure)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(measure);
        return [.. Context.Replicates.Select(replicate => (IReadOnlyList<TSample>)[.. measure.Readings(replicate, row.Condition, row.Copies).Select(reading => reading.Value(Results))])];
    }

    /// <summary>The mean of a row's curves, point by point, with a band of one standard deviation.</summary>
    public IReadOnlyList<SeriesPoint> Curve(StudyRow row, Measure<IReadOnlyList<SeriesPoint>> measure)
    {
        var curves = Samples(row, measure);
        return [.. curves[0][0].Select((point, i) => SampleStatistic.Of([.. curves.Select(replicate => replicate.Select(curve => curve[i].Y).ToArray())]).Point(point.X))];
    }

    /// <summary>The trained copies behind the rows, each once, with the entries that have them.</summary>
    internal IEnumerable<TicketRow> Tickets() => _rows.SelectMany(row => TicketRow.Of(Context, row.Condition, row.Copies, Results)).Distinct();

    /// <summary>Every number behind the means of the rows, each once.</summary>
    internal IEnumerable<RawSample> RawSamples() => _rows.Zip(_asked)
        .SelectMany(pair => pair.Second.Measures.Prepend(Measures.TestAccuracy).SelectMany(measure => measure switch
        {
            Measure<double> number => RawSamples(pair.First, number, value => [(null, value)]),
            Measure<IReadOnlyList<SeriesPoint>> curve => RawSamples(pair.First, curve, points => points.Select(point => ((double?)point.X, point.Y))),
            _ => [],
        }))
        .Distinct();

    private IEnumerable<RawSample> RawSamples<TSample>(StudyRow row, Measure<TSample> measure, Func<TSample, IEnumerable<(double? X, double Y)>> values) =>
        from replicate in Samples(row, measure).Index()
        from sample in replicate.Item.Index()
        from value in values(sample.Item)
        select new RawSample(
            Context.Preset.Name, row.Condition.NameOfKind, row.Level, row.StartStep, row.Condition.Restarted, measure.Name, replicate.Index, measure.NameOf(sample.Index, row.Copies), value.X, value.Y);

    /// <inheritdoc/>
    public IEnumerator<StudyRow> GetEnumerator() => ((IEnumerable<StudyRow>)_rows).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The jobs of a condition in all replicates, whatever is measured.</summary>
    internal static IEnumerable<Job> Jobs(StudyContext context, MeasuredCondition asked) =>
        from replicate in context.Replicates
        from measure in asked.Measures.Prepend(Measures.TestAccuracy)
        from job in measure.Jobs(replicate, asked.Condition, context.Request.CopiesOf(asked.Copies))
        select job;

    private StudyRow RowOf(MeasuredCondition asked)
    {
        var trained = Results.Of(Context.Replicates[0].Copy(asked.Condition, 0));
        var row = new StudyRow(asked.Condition, (double)trained.Remaining / trained.Prunable, Context.Replicates.Count, Context.Request.CopiesOf(asked.Copies), Statistics.Of());
        row = row with
        {
            Statistics = Statistics.Of(asked.Measures.Prepend(Measures.TestAccuracy).OfType<Measure<double>>().Select(measure => (measure, SampleStatistic.Of(Samples(row, measure))))),
        };
        return row with { Stable = row.Find(Measures.Barrier)?.Below(ErrorBarrier.StabilityThreshold) };
    }

    private StudyRow Matched(StudyRow row, StudyRow dense)
    {
        // To the mean of the dense copies of the same replicate, which share the initialisation.
        var differences = Samples(row, Measures.TestAccuracy).Zip(Samples(dense, Measures.TestAccuracy), (own, other) => own.Select(accuracy => accuracy - other.Average()).ToArray());
        return row with
        {
            Matching = SampleStatistic.Of([.. differences]).AtLeast(-MatchingTolerance),
            MatchingWithinSd = dense.TestAccuracy.Sd is { } sd ? row.TestAccuracy.Mean >= dense.TestAccuracy.Mean - sd : null,
        };
    }
}
