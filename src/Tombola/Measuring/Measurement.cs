using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Measuring;

/// <summary>Something to know of model files: the jobs that find it out, and what to make of their results.</summary>
/// <param name="Name">Such as <c>path</c>.</param>
/// <param name="Question">What it asks, in a sentence.</param>
/// <param name="Models">The files.</param>
/// <param name="Jobs">Whose results the conclusion reads, besides the files themselves.</param>
/// <param name="Conclude">Reads the finished jobs from a store.</param>
public sealed record Measurement(string Name, string Question, ModelSet Models, IReadOnlyList<Job> Jobs, Func<Store, Measured> Conclude)
{
    /// <summary>What is measured, where that is not the list of files.</summary>
    internal string? Subject { get; init; }

    /// <summary>Says how long it will take, given what computes it and its threads; null where it takes no time worth the words. The files are in the store by then.</summary>
    internal Func<IExecutor, int, string>? Forecast { get; init; }
}

/// <summary>What came out.</summary>
/// <param name="Verdict">The answer in a sentence or two.</param>
/// <param name="Tables">The numbers; the terminal shows the first.</param>
/// <param name="Figures">The pictures.</param>
/// <param name="Numbers">The same for programs.</param>
public sealed record Measured(string Verdict, IReadOnlyList<Table> Tables, IReadOnlyList<Figure> Figures, object Numbers)
{
    /// <summary>What a reader should know of how it was measured.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];
}

/// <summary>What a measurement hands to a program.</summary>
/// <param name="Command">Its name.</param>
/// <param name="Model">Name of the network.</param>
/// <param name="Data">Name of the data set; null where none was looked at.</param>
/// <param name="DataDescription">What the data files hold.</param>
/// <param name="Files">The files, with the keys of their entries in the store.</param>
/// <param name="Verdict">The answer in a sentence or two.</param>
/// <param name="Numbers">The numbers.</param>
/// <param name="Report">Path of the report.</param>
/// <param name="Seconds">Wall-clock time of this run.</param>
public sealed record MeasurementResult(
    string Command, string Model, string? Data, string? DataDescription, IReadOnlyList<MeasuredFile> Files, string Verdict, object Numbers, string Report, double Seconds)
{
    /// <summary>What the terminal shows.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Table? Table { get; init; }
}

/// <param name="File">Its path.</param>
/// <param name="Key">Key of the entry that it was read into.</param>
/// <param name="Density">Fraction of the prunable weights that are not zero.</param>
/// <param name="Notes">What a reader should know of how it was read, in sentences.</param>
public sealed record MeasuredFile(string File, string Key, double Density, IReadOnlyList<string> Notes);
