using System.Globalization;
using System.Text.RegularExpressions;
using Tombola.Engine.Foreign;

namespace Tombola.Interchange;

/// <summary>A folder that OpenLTH's <c>lottery</c> wrote: <c>lottery_HASH/replicate_N/level_L/main</c>, with a mask, the weights at the start and at the end, and what was measured.</summary>
/// <param name="Folder">The run, or one of its replicates.</param>
/// <param name="Settings">What <c>hparams.log</c> says, by name, such as <c>model_name</c>.</param>
/// <param name="Levels">The levels of every replicate, in order.</param>
internal sealed partial record OpenLthRun(string Folder, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<OpenLthLevel> Levels)
{
    /// <summary>No settings are as long.</summary>
    private const int LongestText = 100_000_000;

    /// <summary>Looks at a folder; the files of weights are not read.</summary>
    /// <exception cref="InvalidDataException">It is no run, or a level lacks a file.</exception>
    /// <exception cref="FileNotFoundException">There is no such folder.</exception>
    public static OpenLthRun Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new FileNotFoundException($"There is no folder {folder}. Name the folder lottery_HASH that OpenLTH wrote.", folder);
        var replicates = Numbered(folder, "replicate_");
        if (replicates.Count == 0 && Numbered(folder, "level_").Count > 0) replicates = [(NumberOf(folder, "replicate_") ?? 1, folder)];
        OpenLthLevel[] levels = [.. replicates.SelectMany(replicate => Numbered(replicate.Path, "level_").Select(level => LevelOf(replicate.Number, level.Number, Path.Combine(level.Path, "main"))))];
        if (levels.Length == 0) throw new InvalidDataException($"{folder}: no level was found. A run of OpenLTH is a folder lottery_HASH with replicate_1/level_0/main and so on in it; name that folder.");
        var settings = Path.Combine(levels[0].Folder, "hparams.log");
        return new OpenLthRun(folder, File.Exists(settings) ? SettingsIn(Text(settings)) : new Dictionary<string, string>(), levels);
    }

    private static OpenLthLevel LevelOf(int replicate, int level, string folder)
    {
        var states = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "model_ep*_it*.pth")
                .Select(path => (Path: path, Match: StateName().Match(Path.GetFileName(path)))).Where(file => file.Match.Success)
                .Select(file => (file.Path, Epoch: Number(file.Match.Groups[1].Value), Iteration: Number(file.Match.Groups[2].Value)))
                .OrderBy(file => (file.Epoch, file.Iteration)).ToArray()
            : [];
        var mask = Path.Combine(folder, "mask.pth");
        if (states.Length < 2 || !File.Exists(mask))
        {
            throw new InvalidDataException($"{folder}: the level is not finished: it has {(File.Exists(mask) ? "" : "no mask.pth and ")}{states.Length} of the two files model_epX_itY.pth, of the start and of the end. Let OpenLTH finish it, or remove its folder.");
        }

        var logger = Path.Combine(folder, "logger");
        var measured = File.Exists(logger) ? Measured(Text(logger), logger) : [];
        var (first, last) = (states[0], states[^1]);

        // Steps are written as epochs and iterations, and only what was logged says how long an epoch is.
        var end = measured.Keys.Select(key => key.Step).DefaultIfEmpty(0).Max();
        var epoch = last.Epoch == 0 ? 0 : (end - last.Iteration) / last.Epoch;
        return new OpenLthLevel(replicate, level, folder, mask, first.Path, (first.Epoch * epoch) + first.Iteration, last.Path, Math.Max(end, last.Iteration), measured);
    }

    private static IReadOnlyList<(int Number, string Path)> Numbered(string folder, string prefix) =>
        [.. Directory.EnumerateDirectories(folder, prefix + "*").Select(path => (Number: NumberOf(path, prefix), path)).Where(one => one.Number is not null).Select(one => (one.Number!.Value, one.path)).OrderBy(one => one.Item1)];

    private static int? NumberOf(string path, string prefix)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return name.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static Dictionary<(string Name, long Step), double> Measured(string text, string path)
    {
        var measured = new Dictionary<(string, long), double>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split(',') is not [var name, var step, var value] || !long.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || !Numbers.TryParse<double>(value, out var number))
            {
                throw new InvalidDataException($"{path}: the line '{Printable.Name(line)}' is not name,iteration,value. The file is damaged; copy it again.");
            }

            measured[(name, at)] = number;
        }

        return measured;
    }

    private static Dictionary<string, string> SettingsIn(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);

        // The settings of pretraining come later, under the same names.
        foreach (Match line in Setting().Matches(text)) settings.TryAdd(line.Groups[1].Value, line.Groups[2].Value.Trim());
        return settings;
    }

    private static string Text(string path) => System.Text.Encoding.UTF8.GetString(RegularFile.ReadAll(path, LongestText));

    private static long Number(string digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\Amodel_ep([0-9]{1,9})_it([0-9]{1,9})\.pth\z")]
    private static partial Regex StateName();

    [GeneratedRegex(@"^ *\* ([a-z_0-9]+) => (.*)$", RegexOptions.Multiline)]
    private static partial Regex Setting();
}

/// <summary>A level of a run.</summary>
/// <param name="Replicate">Number of the replicate, from 1.</param>
/// <param name="Level">Number of the level; 0 is dense.</param>
/// <param name="Folder">Where its files are.</param>
/// <param name="Mask">File of the mask.</param>
/// <param name="Start">File of the weights that training started from.</param>
/// <param name="StartStep">Their step, as far as the log tells.</param>
/// <param name="End">File of the trained weights.</param>
/// <param name="EndStep">Their step.</param>
/// <param name="Logged">What was measured, by name and step, such as <c>test_accuracy</c>.</param>
internal sealed record OpenLthLevel(
    int Replicate, int Level, string Folder, string Mask, string Start, long StartStep, string End, long EndStep, IReadOnlyDictionary<(string Name, long Step), double> Logged)
{
    /// <summary>The last measurement of a name, or null.</summary>
    public double? Last(string name) => Logged.Where(one => one.Key.Name == name).OrderBy(one => one.Key.Step).Select(one => (double?)one.Value).LastOrDefault();
}
