using System.Text.RegularExpressions;

namespace Tombola.Reporting;

/// <summary>Names of figures and tables become file names and addresses, so they are restricted to what is safe in both.</summary>
internal static partial class ReportId
{
    public static string Check(string id, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(id))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(id, parameter);
        return Valid().IsMatch(id)
            ? id
            : throw new ArgumentException($"'{id}' cannot name a figure or table: use lower case letters, digits and hyphens.", parameter);
    }

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Valid();
}
