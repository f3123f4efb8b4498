using Tombola.Data;
using Tombola.Reporting;
using Xunit;

namespace Tombola.Tests.Data;

public sealed class DataFolderTests
{
    [Fact]
    public void The_option_comes_before_the_variable_and_the_variable_before_the_users_own_folder()
    {
        var variables = new Dictionary<string, string?> { ["TOMBOLA_DATA"] = "/variable", ["XDG_DATA_HOME"] = "/xdg", ["HOME"] = "/home/me" };
        Assert.Equal("/option", Resolve("/option"));
        Assert.Equal("/variable", Resolve(null));
        variables["TOMBOLA_DATA"] = " ";
        Assert.Equal("/xdg/tombola/data", Resolve(""));
        variables["XDG_DATA_HOME"] = "not/rooted";
        Assert.Equal("/home/me/.local/share/tombola/data", Resolve(null));

        string Resolve(string? option) => DataFolder.Resolve(option, name => variables.GetValueOrDefault(name)).FullPath;
    }

    [Fact]
    public void A_relative_path_counts_from_the_current_directory() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "here"), new DataFolder("here").FullPath);
}
