using System.Collections;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tombola.Interchange;

/// <summary>A dictionary of Python; keys that are strings can be looked up, others are only kept.</summary>
/// <remarks>The package casts to <see cref="Hashtable"/>. Keys of other types are not compared by value, so that nobody can choose them to collide.</remarks>
internal sealed class PickledDict() : Hashtable(new ByText())
{
    /// <summary>A key of bytes, as Python 2 called its texts and Python 3 reads them, is the text of the same letters.</summary>
    public override object? this[object key]
    {
        get => base[TextOf(key)];
        set => base[TextOf(key)] = value;
    }

    /// <summary>What is kept under a key; null if there is nothing.</summary>
    public object? Find(string key) => this[key];

    /// <summary>Texts and what is kept under them.</summary>
    public IEnumerable<(string Key, object? Value)> Texts => this.Cast<DictionaryEntry>().Where(entry => entry.Key is string).Select(entry => ((string)entry.Key, entry.Value));

    /// <summary>Attributes of an ordered dictionary, such as the versions of a state dict: nothing here needs them. The name is the package's.</summary>
#pragma warning disable CA1707, CA1822
    public void __setstate__(Hashtable attributes)
    {
    }
#pragma warning restore CA1707, CA1822

    private static object TextOf(object key) => key is byte[] bytes ? Encoding.Latin1.GetString(bytes) : key;

    private sealed class ByText : IEqualityComparer
    {
        bool IEqualityComparer.Equals(object? x, object? y) => x is string left && y is string right ? left == right : ReferenceEquals(x, y);

        int IEqualityComparer.GetHashCode(object obj) => obj is string text ? text.GetHashCode(StringComparison.Ordinal) : RuntimeHelpers.GetHashCode(obj);
    }
}
