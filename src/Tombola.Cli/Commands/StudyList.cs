using System.CommandLine;
using Tombola.Engine.Naming;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Reporting;
using Tombola.Studies;

namespace Tombola.Cli.Commands;

/// <summary><c>study list</c>: the studies, what each asks, what it costs here, and what of it is done.</summary>
internal static class StudyList
{
    private const string Question = "Question";

    public static Command Create()
    {
        var common = new CommonOptions();
        var request = new RequestOptions();
        var command = new Command("list", "The studies: what each asks, how long it will take here at every scale, and how much of it the store has.\n\nExample: tombola study list");
        foreach (var option in request.All(common).Concat([common.Store, common.Data, common.Workers, common.Json])) command.Add(option);
        command.SetAction(parsed =>
        {
            var output = common.Output(parsed);
            var asked = Scale.Find(parsed.GetValue(common.Scale)!).Name;
            var forecaster = new Forecaster(common.OpenStoreToCount(parsed, output), common.OpenData(parsed), common.WorkerCount(parsed));
            var readers = Scale.All.ToDictionary(scale => scale.Name, scale => request.Reader(parsed, common, scale));
            Row[] rows = [.. StudyCatalogue.All.Select(study => new Row(study, common.ReadPresetName(parsed, study.DefaultPreset), [.. Scale.All.Select(scale => Cell.Of(study, scale.Name, readers[scale.Name], forecaster))]))];

            // What no study can do is a mistake in the command.
            Cell[] cells = [.. rows.Where(row => row.Study.Needs is null).SelectMany(row => row.Cells)];
            if (cells.All(cell => cell is { NeedsData: null, Problem: not null })) throw new SettingException(cells[0].Problem!);
            output.Object(rows.Select(row => new
            {
                row.Study.Name,
                row.Study.Question,
                row.Study.Source,
                row.Preset,
                row.Study.Needs,
                Scales = row.Cells,
                Absent = AbsentOf(row.Study).Select(absent => new { Preset = absent.Name, absent.Needs }),
            }));
            if (output.IsJson) return Application.Success;
            output.Table(
                [("Study", false), (Question, false), .. Scale.All.Select(scale => (scale.Name, true)), ($"Stored\n({asked})", true)],
                rows.Select(row => (IReadOnlyList<string>)
                [
                    $"{row.Study.Name}\n{row.Preset}\n",
                    $"{row.Study.Question}\n{row.Study.Source}\n",
                    .. row.Cells.Select(cell => cell.Text),
                    row.Cells.Single(cell => cell.Scale == asked) is { Jobs: > 0 } done ? $"{done.Stored} of {done.Jobs}" : "",
                ]),
                wrapped: Question,
                Scale.All.Select(scale => scale.Name).Except([asked]));
            output.Line($"Under each name its preset, and under each scale about the time that is left here with {InWords.Count(common.WorkerCount(parsed), "worker")}, from a timed training step; studies share jobs.");
            var runnable = rows.Where(row => row.Cells.Single(cell => cell.Scale == asked).Seconds is not null).ToArray();
            var whole = forecaster.Of(PaperRunner.Every, runnable.Select(row => (row.Study, readers[asked](row.Study))));
            if (whole.Total > 0) output.Line($"Together at scale {asked}: {InWords.Count(whole.Total, "job")}, {whole.Stored} of them in the store; {InWords.Duration(whole.SecondsLeft!.Value)} left.");
            foreach (var problem in rows.SelectMany(row => row.Cells).Select(cell => cell.Problem).OfType<string>().Distinct()) output.Line(problem);
            foreach (var absent in AbsentPresets.All.Where(absent => absent.Studies.Count > 0)) output.Line($"{string.Join(", ", absent.Studies)}: {absent.Needs}");
            return Application.Success;
        });
        return command;
    }

    private static IEnumerable<AbsentPreset> AbsentOf(Study study) => AbsentPresets.All.Where(absent => absent.Studies.Contains(study.Name));

    private sealed record Row(Study Study, string Preset, IReadOnlyList<Cell> Cells);

    /// <summary>A study at a scale: numbers of jobs and seconds, or what is in the way.</summary>
    private sealed record Cell(string Scale, int Jobs, int Stored, double? Seconds, double? SecondsLeft, string? NeedsData, string? Problem)
    {
        /// <summary>As in the table.</summary>
        internal string Text => (NeedsData, SecondsLeft) switch
        {
            ({ } data, _) => $"needs\n{data}",
            (_, null) => "not so",
            (_, { } left) => Jobs == Stored ? "done" : InWords.Duration(left),
        };

        public static Cell Of(Study study, string scale, Func<Study, StudyRequest> reader, Forecaster forecaster)
        {
            // So far only studies on ImageNet need what is not here.
            if (study.Needs is { } absent) return new Cell(scale, 0, 0, null, null, "imagenet", absent);
            try
            {
                var request = reader(study);
                var forecast = forecaster.Of(study, request);
                return forecast.NeedsData is { } needs
                    ? new Cell(scale, 0, 0, null, null, request.Preset.Data.Name, needs)
                    : new Cell(scale, forecast.Total, forecast.Stored, forecast.Seconds, forecast.SecondsLeft, null, null);
            }
            catch (SettingException unsuitable)
            {
                return new Cell(scale, 0, 0, null, null, null, $"{study.Name} at scale {scale}: {unsuitable.Message}");
            }
        }
    }
}
