using System.Text.Json.Serialization;
using Tombola.Engine.Naming;

namespace Tombola.Reporting;

/// <summary>What a study hands over: its question, what came out, and everything needed to judge that.</summary>
internal sealed record Report
{
    /// <summary>Heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>The study's name, such as <c>lmc/fig6</c>.</summary>
    public required string Study { get; init; }

    /// <summary>What the study asks.</summary>
    public required string Question { get; init; }

    /// <summary>The answer in a sentence or two.</summary>
    public required string Verdict { get; init; }

    /// <summary>What the paper says, and whether it came out.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>The pictures.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>The numbers.</summary>
    public IReadOnlyList<Table> Tables { get; init; } = [];

    /// <summary>What the papers leave open and was decided here.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Preset, scale, seed, data, version, machine, time.</summary>
    public IReadOnlyList<Fact> Provenance { get; init; } = [];

    /// <summary>Reports that stand in this one, each under its study's name, such as those of the studies of a paper.</summary>
    public IReadOnlyList<ReportPart> Parts { get; init; } = [];

    /// <summary>Throws when two figures or tables share a name, since they would share a file.</summary>
    internal void CheckIds()
    {
        string? twice = Figures.Select(figure => figure.Id).Concat(Tables.Select(table => table.Id)).Concat(Parts.Select(part => part.Id))
            .GroupBy(id => id).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw new SettingException($"Report '{Study}' has two figures, tables or parts named '{twice}'.");
    }
}

/// <summary>A report in another.</summary>
/// <param name="Id">Names the part in addresses, and its figures and tables before their own names.</param>
/// <param name="Address">Of the page that has this report alone, from the page that it is a part of.</param>
/// <param name="Report">The report; parts of its own are not shown.</param>
internal sealed record ReportPart(string Id, string Address, Report Report)
{
    /// <summary>Its name in files and links.</summary>
    public string Id { get; } = ReportId.Check(Id);
}

/// <summary>Something that a paper says, and whether it came out.</summary>
public sealed record Claim(string Sentence, [property: JsonConverter(typeof(AnswerAsBoolean))] Answer Holds);

/// <summary>A choice that the papers leave open.</summary>
public sealed record Choice(string Name, string Value, string Why);

/// <summary>One line of where a result comes from.</summary>
public sealed record Fact(string Name, string Value);
