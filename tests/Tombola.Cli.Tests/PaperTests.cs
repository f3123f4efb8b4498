using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>All studies of a paper in one command, and the list of what studies cost.</summary>
public sealed class PaperTests : IDisposable
{
    private static readonly string[] Small = ["--preset", "lenet-glyphs", "--scale", "tiny", "--steps", "800it", "--levels", "1", "--at", "0,8it", "--set", "subsample=300", "--set", "points=3", "--set", "model=mnist_lenet_20"];
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void The_studies_of_a_paper_run_as_one_and_the_list_finds_them_in_the_store()
    {
        var before = Cells(List(Small), "tiny");
        Assert.All(before, cell => Assert.Equal(0, cell.GetProperty("stored").GetInt32()));
        Assert.All(before, cell => Assert.Equal(cell.GetProperty("seconds").GetDouble(), cell.GetProperty("secondsLeft").GetDouble()));

        var paper = _sandbox.Json(["study", "run", "lmc", .. Small, "--json"]);
        var studies = paper.GetProperty("studies").EnumerateArray().ToArray();
        Assert.Equal("lmc", paper.GetProperty("paper").GetString());
        Assert.True(paper.GetProperty("seconds").GetDouble() > 0);
        Assert.True(studies.Length > 5);
        Assert.All(studies, study => Assert.StartsWith("lmc/", study.GetProperty("study").GetString(), StringComparison.Ordinal));
        Assert.All(studies, study => Assert.True(File.Exists(study.GetProperty("report").GetString())));
        Assert.Contains("id=\"lmc-fig6-instability-by-step\"", File.ReadAllText(paper.GetProperty("report").GetString()!), StringComparison.Ordinal);
        Assert.Empty(StoreFolder.Partial(_sandbox.StorePath));

        var list = List(Small);
        foreach (var study in list.Where(study => Text(study, "name").StartsWith("lmc/", StringComparison.Ordinal) && study.GetProperty("needs").ValueKind == JsonValueKind.Null))
        {
            var cell = Cells([study], "tiny").Single();
            Assert.Equal(cell.GetProperty("jobs").GetInt32(), cell.GetProperty("stored").GetInt32());
            Assert.Equal(0, cell.GetProperty("secondsLeft").GetDouble());
        }

        var again = _sandbox.Run(["study", "run", "lmc", .. Small]);
        Assert.True(again.Code == 0, again.ToString());
        Assert.Equal(studies.Length, again.Output.Split('\n').Count(line => line.Contains("from the store", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_list_says_what_each_study_asks_and_costs_at_every_scale_and_what_is_missing()
    {
        var list = List([]);
        var figure = list.Single(study => Text(study, "name") == "lmc/fig3");
        Assert.Equal(("lenet-mnist", "Frankle et al. 2020, figure 3"), (Text(figure, "preset"), Text(figure, "source")));
        Assert.EndsWith("?", Text(figure, "question"), StringComparison.Ordinal);
        Assert.Equal(["tiny", "small", "paper"], figure.GetProperty("scales").EnumerateArray().Select(cell => Text(cell, "scale")));

        // Scale tiny draws its images; the others wait for files.
        Assert.True(Cells([figure], "tiny").Single().GetProperty("seconds").GetDouble() > 0);
        Assert.Equal("mnist", Text(figure.GetProperty("scales")[2], "needsData"));
        Assert.Equal(["resnet50-imagenet", "inceptionv3-imagenet"], figure.GetProperty("absent").EnumerateArray().Select(absent => Text(absent, "preset")));
        var glyphs = list.Single(study => Text(study, "name") == "quickstart").GetProperty("scales").EnumerateArray().Select(cell => cell.GetProperty("jobs").GetInt32()).ToArray();
        Assert.Equal(glyphs.Order(), glyphs);
        var table = _sandbox.RunHere("study", "list");
        Assert.Equal(0, table.Code);
        Assert.Contains("Frankle et al. 2020, figure 3", table.Output, StringComparison.Ordinal);
        Assert.Contains("resnet50-imagenet needs imagenet", table.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_sandbox.StorePath));
    }

    /// <summary>As a newcomer may run them, with small networks and a few steps: what each study does at scale tiny is tested in process, and those of the first paper above.</summary>
    [Fact]
    public void All_studies_run_in_one_command_with_a_summary_line_each()
    {
        string[] few = ["--scale", "tiny", "--steps", "800it", "--levels", "1", "--at", "0,1it", "--set", "subsample=100", "--set", "points=3", "--set", "model=mnist_lenet_20", "--set", "milestones=", "--set", "warmup=0it"];
        using var all = _sandbox.Start(["study", "run", Long.IsWanted ? "all" : "scale", .. few]);
        var ended = all.End(TimeSpan.FromMinutes(10));
        Assert.True(ended.Code == 0, ended.ToString());
        var lines = ended.Output.Split('\n');
        foreach (var study in List(few).Where(study => Long.IsWanted || Text(study, "name").StartsWith("scale/", StringComparison.Ordinal)))
        {
            var summary = lines.Single(line => line.TrimStart().StartsWith(Text(study, "name") + " ", StringComparison.Ordinal));
            var runs = study.GetProperty("needs").ValueKind == JsonValueKind.Null;
            Assert.Equal(runs, !summary.Contains("not run", StringComparison.Ordinal));
            if (!runs) continue;
            var cell = Cells([study], "tiny").Single();
            Assert.Equal(cell.GetProperty("jobs").GetInt32(), cell.GetProperty("stored").GetInt32());
        }
    }

    [Fact]
    public void Missing_data_of_a_paper_is_named_with_the_study_that_needs_it() =>
        _sandbox.RunHere("study", "run", "lmc", "--preset", "lenet-kmnist").FailsWith(1, "lmc/fig2 on lenet-kmnist: ", "--data");

    [Theory]
    [InlineData("scale/fig8")]
    [InlineData("scale/fig8", "--preset", "resnet18-cifar10", "--scale", "tiny")]
    public void A_study_of_networks_that_are_not_here_says_so_and_computes_nothing(params string[] study)
    {
        _sandbox.RunHere(["study", "run", .. study]).FailsWith(1, "The study scale/fig8 needs ImageNet");
        Assert.Contains("It cannot run here: The study scale/fig8 needs ImageNet", _sandbox.RunHere(["study", "show", .. study]).Output, StringComparison.Ordinal);
        var listed = List([]).Single(entry => Text(entry, "name") == "scale/fig8");
        Assert.StartsWith("The study scale/fig8 needs ImageNet", Text(listed, "needs"), StringComparison.Ordinal);
        Assert.All(listed.GetProperty("scales").EnumerateArray(), cell => Assert.Equal("imagenet", Text(cell, "needsData")));
        Assert.False(Directory.Exists(_sandbox.StorePath));
    }

    public void Dispose() => _sandbox.Dispose();

    private JsonElement[] List(string[] options) => [.. _sandbox.JsonHere(["study", "list", .. options, "--json"]).EnumerateArray()];

    private static JsonElement[] Cells(IEnumerable<JsonElement> studies, string scale) =>
        [.. studies.SelectMany(study => study.GetProperty("scales").EnumerateArray()).Where(cell => Text(cell, "scale") == scale && cell.GetProperty("needsData").ValueKind == JsonValueKind.Null)];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
