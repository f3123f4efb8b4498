using System.Globalization;
using System.Text.Json;
using Tombola.Reporting;

namespace Tombola.Studies;

/// <summary>Records as a table for programs: a column a property, by its name as in JSON.</summary>
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
            [.. properties.Select(property => new TableColumn(JsonNamingPolicy.CamelCase.ConvertName(property.Name)))],
            [.. rows.Select(row => (IReadOnlyList<string>)[.. properties.Select(property => Text(property.GetValue(row)))])])
        {
            FileOnly = true,
        };
    }

    private static string Text(object? value) => value is bool answer ? (answer ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
