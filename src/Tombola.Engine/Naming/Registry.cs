namespace Tombola.Engine.Naming;

/// <summary>Things of one kind by their names, such as pruning strategies: those that the program brings along, and those that its users add.</summary>
/// <typeparam name="T">What is registered.</typeparam>
/// <remarks>May be read and added to by several threads. Names differ in case; whoever mistypes one is told the nearest.</remarks>
public sealed class Registry<T>
    where T : class
{
    private readonly string _missing;
    private readonly Func<T, string> _nameOf;
    private readonly Lock _adding = new();
    private volatile T[] _all;

    /// <param name="missing">How a sentence on a name that is not known begins, such as "There is no pruning strategy".</param>
    /// <param name="nameOf">The name of a thing.</param>
    /// <param name="known">What the program brings along, in the order in which it should be shown.</param>
    public Registry(string missing, Func<T, string> nameOf, IEnumerable<T> known)
    {
        (_missing, _nameOf, _all) = (missing, nameOf, []);
        foreach (var item in known) Add(item);
    }

    /// <summary>Everything, in the order in which it was added.</summary>
    public IReadOnlyList<T> All => _all;

    /// <summary>The names, in the same order.</summary>
    public IEnumerable<string> Names => _all.Select(_nameOf);

    /// <summary>Adds a thing, to be found by its name from now on.</summary>
    /// <exception cref="SettingException">The name is empty, or something else has it.</exception>
    public void Add(T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        lock (_adding)
        {
            var name = _nameOf(item);
            if (string.IsNullOrWhiteSpace(name)) throw new SettingException("What is registered needs a name.");
            if (TryFind(name) is not null) throw new SettingException($"Something is registered by the name '{name}' already. Choose another name.");
            _all = [.. _all, item];
        }
    }

    /// <summary>The thing of this name, or null.</summary>
    public T? TryFind(string name) => _all.FirstOrDefault(item => _nameOf(item) == name);

    /// <summary>The thing of this name.</summary>
    /// <exception cref="SettingException">There is none; the message names the nearest, and all.</exception>
    public T Find(string name) => TryFind(name) ?? throw Unknown(name);

    /// <summary>What to say to whoever typed a name that is not known.</summary>
    public SettingException Unknown(string name) => new($"{_missing} '{name}'. {NearestName.Hint(name, Names)}");
}
