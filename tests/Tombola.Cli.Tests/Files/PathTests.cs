using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>Paths that name nothing are refused, rather than taken for others.</summary>
public sealed class PathTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Theory]
    [InlineData("runs list", "--store")]
    [InlineData("train", "--store")]
    [InlineData("train", "--data")]
    [InlineData("data list", "--data")]
    [InlineData("bench density", "--out")]
    [InlineData("models show mnist_lenet_5", "--mask")]
    public void Empty_paths_and_bytes_that_are_no_letters_are_refused(string command, string option)
    {
        foreach (var path in new[] { "", " ", "a\uFFFDb", "a\0b" })
        {
            var errors = Application.Parse([.. command.Split(' '), option, path]).Errors;
            Assert.Contains(errors, error => error.Message.StartsWith($"{option} ", StringComparison.Ordinal));
        }

        Assert.Empty(Application.Parse([.. command.Split(' '), option, "@a folder/ünï"]).Errors);
    }

    [Fact]
    public void A_store_that_is_a_file_is_said_to_be_one()
    {
        File.WriteAllText(_sandbox.At("file"), "");
        foreach (var command in new[] { "runs list", "quickstart", "study list", "dashboard" }) _sandbox.RunHere([.. command.Split(' '), "--store", _sandbox.At("file")]).FailsWith(1, $"The store {_sandbox.At("file")} is a file.", "--store DIR");
    }

    [UnixTheory(needs: "/bin/bash")]
    [InlineData("runs list --store $'a\\xff'")]
    [InlineData("data list --data $'a\\xff'")]
    [InlineData("study list --set $'data=tensors:a\\xff'")]
    public void Bytes_that_are_no_utf8_do_not_become_another_path(string command)
    {
        using var child = new Child("/bin/bash", ["-c", $"exec \"$0\" \"$1\" {command}", Child.Program, Child.Assembly], _sandbox.Environment());
        child.End().FailsWith(2, "UTF-8");
    }

    [Fact]
    public void A_variable_that_is_no_path_is_refused_by_its_name()
    {
        using var child = new Child(Child.Program, [Child.Assembly, "runs", "list"], _sandbox.Environment(("TOMBOLA_STORE", " ")));
        child.End().FailsWith(2, "TOMBOLA_STORE is empty");
    }

    public void Dispose() => _sandbox.Dispose();
}
