using System.Globalization;
using System.Text.Json;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>Records as a table for programs: a column a property, by its name in small letters, words joined by a line below, as in all CSV files of a report.</summary>
internal static class RecordTable
{
    /// <summary>The table, which is a file beside the page only.</summary>
    /// <typeparam name="T">A record.</typeparam>
    public static Table Of<T>(string id, string title, IEnumerable<T> rows)
    {
        var properties = typeof(T).GetProperties();
        return new Table(
            id,
            title,
            [.. properties.Select(property => new TableColumn(NameOf(property.Name)))],
            [.. rows.Select(row => (IReadOnlyList<string>)[.. properties.Select(property => Text(property.GetValue(row)))])])
        {
            FileOnly = true,
        };
    }

    /// <summary>Such as <c>start_step</c> for <c>StartStep</c> and <c>startStep</c>.</summary>
    public static string NameOf(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>A field: <c>true</c> and <c>false</c>, numbers with a decimal point, nothing for null.</summary>
    public static string Text(object? value) => value is bool answer ? (answer ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
