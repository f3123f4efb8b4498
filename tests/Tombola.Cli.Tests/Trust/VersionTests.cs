using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Tombola.Reporting;

namespace Tombola.Cli.Tests.Trust;

/// <summary>Results of several versions of the program in one study are not hidden.</summary>
public sealed class VersionTests : IDisposable
{
    private const string Old = "0.0.7-older";
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void A_study_of_results_of_two_versions_says_so_everywhere()
    {
        SmallStudy.Undisturbed.WriteTo(_sandbox.StorePath);
        foreach (var kind in new[] { "prune", "path" }) MakeOld(StoreFolder.EntryOf(_sandbox.StorePath, kind));
        var result = _sandbox.JsonHere(SmallStudy.Command);
        Assert.Equal(SmallStudy.Undisturbed.Rows, result.GetProperty("rows").GetRawText());
        Assert.Equal(2, result.GetProperty("versions").GetArrayLength());
        Assert.Contains(result.GetProperty("versions").EnumerateArray(), share => share.GetProperty("version").GetString() == Old && share.GetProperty("jobs").GetInt32() == 2);
        Assert.Contains(Old, File.ReadAllText(result.GetProperty("report").GetString()!), StringComparison.Ordinal);
        var shown = _sandbox.RunHere(SmallStudy.Command[..^1]);
        Assert.Contains("different versions", shown.Output, StringComparison.Ordinal);
        Assert.Contains(Old, shown.Output, StringComparison.Ordinal);
    }

    private static void MakeOld(string entry)
    {
        var (path, list) = (Path.Combine(entry, "result.json"), Path.Combine(entry, "SHA256SUMS"));
        File.WriteAllText(path, Regex.Replace(File.ReadAllText(path), "\"version\":\"[^\"]*\"", $"\"version\":\"{Old}\""));
        File.WriteAllLines(list, File.ReadAllLines(list).Select(line => line.EndsWith("  result.json", StringComparison.Ordinal) ? $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  result.json" : line));
    }
}
