using System.Globalization;

namespace Tombola.Engine.Naming;

/// <summary>What somebody asked for cannot be: a name that is not known, a number out of range, settings that do not go together. The message says what would do.</summary>
/// <remarks>Other argument exceptions are faults of whoever wrote the call, and are told as such.</remarks>
public class SettingException : ArgumentException
{
    /// <inheritdoc/>
    public SettingException()
    {
    }

    /// <param name="message">A sentence for whoever made the setting.</param>
    public SettingException(string message)
        : base(message)
    {
    }

    /// <summary>Refuses a number below the least that makes sense.</summary>
    /// <param name="value">The number.</param>
    /// <param name="least">The least.</param>
    /// <param name="what">What it is, as a sentence begins: "The number of workers".</param>
    public static void ThrowIfLessThan(long value, long least, string what)
    {
        if (value < least) throw new SettingException(string.Create(CultureInfo.InvariantCulture, $"{what} is {value}; it must be at least {least}."));
    }

    /// <param name="message">A sentence for whoever made the setting.</param>
    /// <param name="innerException">What led to it.</param>
    public SettingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
