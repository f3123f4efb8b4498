namespace Tombola.Cli.Tests.Support;

/// <summary>An empty home, store and data folder for one test, removed at its end.</summary>
public sealed class Sandbox : IDisposable
{
    public Sandbox() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "tombola-cli-" + Guid.NewGuid().ToString("N")[..12]);

    public string StorePath => At("store");

    public string At(string name) => Path.Combine(Root, name);

    /// <summary>Starts the program with this sandbox's home and store.</summary>
    public Child Start(params string[] arguments) => new(Child.Program, [Child.Assembly, .. arguments], Environment());

    /// <summary>Runs the program to its end.</summary>
    public Ended Run(params string[] arguments)
    {
        using var child = Start(arguments);
        return child.End();
    }

    /// <summary>Runs the program and reads the one JSON value it wrote.</summary>
    public JsonElement Json(params string[] arguments) => JsonOf(Run(arguments));

    /// <summary>Runs a command in this process, which spares the start of another: for what has nothing to do with processes, and takes no time itself, since one runs after the other.</summary>
    public Ended RunHere(params string[] arguments) => Here.Run(arguments, Environment());

    /// <inheritdoc cref="RunHere"/>
    public JsonElement JsonHere(params string[] arguments) => JsonOf(RunHere(arguments));

    public Dictionary<string, string> Environment(params (string Name, string Value)[] more)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = At("home"),
            ["XDG_DATA_HOME"] = At("home/share"),
            ["TOMBOLA_STORE"] = StorePath,
            ["TOMBOLA_DATA"] = At("data"),
        };
        foreach (var (name, value) in more) variables[name] = value;
        return variables;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static JsonElement JsonOf(Ended ended)
    {
        Assert.True(ended.Code == 0, ended.ToString());
        return ended.Json();
    }
}
