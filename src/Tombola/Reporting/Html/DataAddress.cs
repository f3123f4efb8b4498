using System.Text;

namespace Tombola.Reporting.Html;

/// <summary>Addresses that hold the file themselves, so that a download works without a server and without script.</summary>
internal static class DataAddress
{
    public static string OfCsv(StringWriter csv) => $"data:text/csv;charset=utf-8;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(csv.ToString()))}";
}
