using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Tombola.Reporting.Html;

/// <summary>Writes HTML from interpolated strings: the literal parts are markup, whatever is interpolated is text and escaped.</summary>
internal sealed class Markup(TextWriter writer)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Writes a line of markup.</summary>
    public void Line([InterpolatedStringHandlerArgument("")] Interpolation markup)
    {
        _ = markup; // its parts have been written while it was built
        writer.Write('\n');
    }

    /// <summary>Writes a line that needs no escaping, such as the style sheet.</summary>
    public void Raw(string markup)
    {
        writer.Write(markup);
        writer.Write('\n');
    }

    /// <summary>Escapes what stands between the literal parts.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Interpolation
    {
        private readonly Markup _markup;

        public Interpolation(int literalLength, int formattedCount, Markup markup)
        {
            _ = literalLength + formattedCount;
            _markup = markup;
        }

        public void AppendLiteral(string markup) => _markup.Write(markup);

        public void AppendFormatted(string? text) => _markup.Write(Encoder.Encode(text ?? ""));

        public void AppendFormatted(int number) => AppendFormatted(Csv.Number(number));
    }

    private void Write(string text) => writer.Write(text);
}
