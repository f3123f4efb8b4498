namespace Tombola.Cli.Tests;

public sealed class PlaneTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Fact]
    public void A_training_is_mapped_and_so_is_the_plane_of_its_files()
    {
        var training = _sandbox.JsonHere("train", "--preset", "lenet-glyphs", "--steps", "30it", "--keep", "10it,20it", "--json");
        var key = Path.GetFileName(training.GetProperty("folder").GetString()!);
        var map = _sandbox.JsonHere("plane", "--trajectory", key[..12], "--points", "4x3", "--json");
        var numbers = map.GetProperty("numbers");
        Assert.Equal(("plane", "trajectory"), (map.GetProperty("command").GetString(), numbers.GetProperty("directions").GetString()));
        Assert.Equal(["step 0", "step 10", "step 20", "step 30"], numbers.GetProperty("networks").EnumerateArray().Select(network => network.GetProperty("file").GetString()));
        Assert.Equal((4, 3, 12), (numbers.GetProperty("x").GetArrayLength(), numbers.GetProperty("y").GetArrayLength(), numbers.GetProperty("points").GetArrayLength()));
        var report = map.GetProperty("report").GetString()!;
        foreach (var file in new[] { "loss.csv", "error.csv", "networks.csv", "points.csv" }) Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(report)!, file)), file);

        string[] files = [.. map.GetProperty("files").EnumerateArray().Skip(1).Select(file => file.GetProperty("file").GetString()!)];
        var ended = _sandbox.RunHere(["plane", .. files, "--set", "data=glyphs", "--points", "3"]);
        Assert.True(ended.Code == 0, ended.ToString());
        foreach (var part in new[] { "This takes about ", " for 9 evaluations.", "Of 9 points on the plane through ", "Report: " }) Assert.Contains(part, ended.Output, StringComparison.Ordinal);

        var random = _sandbox.JsonHere("plane", files[2], "--random", "--seed", "3", "--range", "-0.5:0.5", "--set", "data=glyphs", "--points", "3", "--json").GetProperty("numbers");
        var evaluated = _sandbox.JsonHere("evaluate", files[2], "--set", "data=glyphs", "--json").GetProperty("numbers")[0].GetProperty("test");
        Assert.Equal(evaluated.GetProperty("loss").GetDouble(), random.GetProperty("points")[4].GetProperty("loss").GetDouble());
        Assert.Equal(evaluated.GetProperty("loss").GetDouble(), numbers.GetProperty("networks")[3].GetProperty("loss").GetDouble());
    }

    [Theory]
    [InlineData("", "A plane goes through three networks, and 0 were given.")]
    [InlineData("a b --random", "--random is for one network, and 2 were given.")]
    [InlineData("a --random --trajectory 12", "Give one of them.")]
    [InlineData("a b --trajectory 12", "takes the network at (0, 0) or none")]
    [InlineData("a b c --seed 2", "--seed is for --random.")]
    [InlineData("a b c --range -1:1", "--range is for --random.")]
    [InlineData("a --random --margin 1", "--margin is for planes through several networks")]
    [InlineData("a b c --points 1", "--points is '1'")]
    [InlineData("a b c --points 5x", "--points is '5x'")]
    [InlineData("--trajectory ffff", "No entry of ")]
    public void What_cannot_be_is_refused_with_a_sentence(string options, string sentence)
    {
        var ended = _sandbox.RunHere(["plane", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, ended.Code);
        Assert.Contains(sentence, ended.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _sandbox.Dispose();
}
