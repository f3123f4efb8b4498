using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>Messages that cannot be written cost nothing; results that cannot be written are a failure; with --json there is always one value.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private static readonly string[] Train = ["train", "--preset", "lenet-glyphs", "--steps", "20it", "--set", "subsample=300"];
    private readonly Sandbox _sandbox = new();

    [UnixTheory(needs: "/dev/full")]
    [InlineData("2>/dev/full")]
    [InlineData("2> >(exec true)")]
    [InlineData("2>/dev/full", "--json")]
    public void A_standard_error_that_cannot_be_written_costs_the_messages_and_not_the_work(string redirection, params string[] json)
    {
        var ended = Shell(redirection, [.. Train, .. json]);
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Equal(2, StoreFolder.Entries(_sandbox.StorePath).Length);
        Assert.Equal(2, Shell(redirection, ["nosuch", .. json]).Code);
        Assert.Equal(1, Shell(redirection, ["data", "verify", "mnist", .. json]).Code);
    }

    [UnixTheory(needs: "/dev/full")]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("models list")]
    [InlineData("models list --json")]
    [InlineData("train --preset lenet-glyphs --steps 20it --json")]
    public void A_standard_output_that_cannot_be_written_is_a_failure_in_a_sentence(string command) =>
        Shell(">/dev/full", command.Split(' ')).FailsWith(1, "Standard output cannot be written");

    [Theory]
    [InlineData(2, "--json")]
    [InlineData(2, "nosuch --json")]
    [InlineData(2, "train --nosuch --json")]
    [InlineData(2, "study run --json")]
    [InlineData(2, "quickstart --replicates abc --seed x --json")]
    [InlineData(2, "quickstart --set gamma=0,1 --json")]
    [InlineData(2, "bench step --seconds 1,5 --json")]
    [InlineData(2, "runs show 00 --json")]
    [InlineData(2, "models show nosuch --json")]
    [InlineData(2, "dashboard --json")]
    [InlineData(1, "study run lenet-mnist --json")]
    [InlineData(1, "models show mnist_lenet_300_100 --mask nosuch.safetensors --json")]
    public void A_failure_is_one_json_value(int code, string command)
    {
        var ended = _sandbox.RunHere(command.Split(' '));
        ended.FailsWith(code);
        var value = ended.Json();
        Assert.Equal(code, value.GetProperty("exitCode").GetInt32());
        Assert.NotEmpty(value.GetProperty("error").GetString()!);
    }

    [Fact]
    public void A_command_that_fails_after_its_measurement_writes_one_value_all_the_same()
    {
        var page = _sandbox.At("page.html");
        Directory.CreateDirectory(page);
        var ended = _sandbox.Run("bench", "density", "--model", "mnist_lenet_300_100", "--batch", "20", "--seconds", "0.001", "--out", page, "--json");
        ended.FailsWith(1);
        Assert.Equal(1, ended.Json().GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public void What_a_foreign_file_says_reaches_the_terminal_without_control_characters()
    {
        var entry = Path.Combine(_sandbox.StorePath, "ab", "ab" + new string('0', 62));
        Directory.CreateDirectory(entry);
        File.WriteAllText(Path.Combine(entry, "job.json"), """{"kind":"\u001b]0;x\u0007","model":"\u202e"}""");
        var ended = _sandbox.RunHere("runs", "list");
        Assert.True(ended.Code == 0, ended.ToString());
        Assert.Contains(@"\u001b]0;x\u0007", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(ended.Output, letter => letter is '\u001b' or '\u0007' or '\u202e');
    }

    public void Dispose() => _sandbox.Dispose();

    private Ended Shell(string redirection, params string[] arguments)
    {
        using var child = new Child("/bin/bash", ["-c", $"\"$0\" \"$@\" {redirection}", Child.Program, Child.Assembly, .. arguments], _sandbox.Environment());
        return child.End();
    }
}
