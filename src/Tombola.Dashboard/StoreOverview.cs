namespace Tombola.Dashboard;

/// <summary>What the page shows of a store.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Jobs">Number of finished jobs.</param>
/// <param name="Bytes">Size of their entries.</param>
/// <param name="Reports">Latest first.</param>
/// <param name="Running">What living processes compute.</param>
/// <param name="Latest">The jobs that finished last, latest first.</param>
/// <param name="Problems">What could not be read, in sentences.</param>
internal sealed record StoreOverview(
    string Path,
    int Jobs,
    long Bytes,
    IReadOnlyList<StoreReport> Reports,
    IReadOnlyList<StoreRunning> Running,
    IReadOnlyList<StoreJob> Latest,
    IReadOnlyList<string> Problems);

/// <summary>A study's report.</summary>
internal sealed record StoreReport(string Name, string Address, DateTime Written);

/// <summary>A job in progress; progress is a fraction.</summary>
internal sealed record StoreRunning(string Title, string Host, DateTime Since, double Progress);

/// <summary>A finished job.</summary>
internal sealed record StoreJob(string Key, string Kind, DateTime Finished, long Bytes);
