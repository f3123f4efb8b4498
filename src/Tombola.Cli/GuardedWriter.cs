using System.Text;

namespace Tombola.Cli;

/// <summary>A standard stream that may be full, closed or gone.</summary>
/// <param name="open">Opens the stream; may fail too.</param>
/// <param name="onFailure">What a failure of writing becomes; null where it costs the text and nothing else.</param>
internal sealed class GuardedWriter(Func<TextWriter> open, Func<Exception, Exception>? onFailure) : TextWriter
{
    private TextWriter? _inner;

    public override Encoding Encoding => Console.OutputEncoding;

    /// <summary>Puts guards before both standard streams: what cannot be said costs nothing, but results that cannot be written are a failure.</summary>
    public static void Install()
    {
        Console.SetOut(new GuardedWriter(() => Writer(Console.OpenStandardOutput()), failure => new IOException($"Standard output cannot be written ({failure.Message.TrimEnd('.')}).", failure)));
        Console.SetError(new GuardedWriter(() => Writer(Console.OpenStandardError()), onFailure: null));
    }

    public override void Write(char value) => Guard(writer => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Guard(writer => writer.Write(buffer, index, count));

    public override void Write(string? value) => Guard(writer => writer.Write(value));

    public override void WriteLine(string? value) => Guard(writer => writer.WriteLine(value));

    public override void Flush() => Guard(writer => writer.Flush());

    private static StreamWriter Writer(Stream stream) => new(stream, Console.OutputEncoding) { AutoFlush = true };

    private void Guard(Action<TextWriter> write)
    {
        try
        {
            write(_inner ??= open());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // What the writer holds back would be tried again with the next text.
            _inner = null;
            if (onFailure is not null) throw onFailure(failure);
        }
    }
}
