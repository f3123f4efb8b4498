using Tombola.Jobs;
using Tombola.Papers;
using Tombola.Presets;
using Tombola.Tests.Data;
using Xunit;

namespace Tombola.Tests.Studies.Lmc;

/// <summary>A preset that studies level 0 has no ticket: claims of tickets stay open, and every study still concludes.</summary>
public sealed class UnprunedTests(UnprunedTests.Shared shared) : IClassFixture<UnprunedTests.Shared>
{
    public static TheoryData<string> Studies => [.. StudyCatalogue.All.Where(study => study.Name.StartsWith("lmc/", StringComparison.Ordinal) && study.Needs is null).Select(study => study.Name)];

    [Theory]
    [MemberData(nameof(Studies))]
    public void A_published_network_without_a_ticket_is_concluded_on_all_the_same(string study)
    {
        var preset = Small.Request.Preset with { Levels = 0, StudiedLevel = 0, Published = new PublishedSetting("ResNet-20", 63_000) };
        var result = Small.Run(study, Small.Request with { Preset = preset }, shared.Store);
        Assert.All(result.Rows, row => Assert.Equal(0, row.Level));
        Assert.NotEmpty(result.Verdict);
    }

    /// <summary>What the studies have in common is trained once.</summary>
    public sealed class Shared : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Store Store => new(_folder.FullPath);

        public void Dispose() => _folder.Dispose();
    }
}
