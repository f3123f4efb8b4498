using Tombola.Engine.Foreign;
using Xunit;

namespace Tombola.Tests.Interchange;

/// <summary>What cannot be written is said by the name that somebody gave, with a reason and a way out.</summary>
public sealed class GivenPlaceTests
{
    public static TheoryData<Exception, string> Refusals => new()
    {
        { new UnauthorizedAccessException("Access to the path '/x.0123.part' is denied."), "out/x cannot be written: this user may not write there. Change its permissions, or name another place." },
        { new DirectoryNotFoundException("Could not find a part of the path '/x.0123.part'."), "cannot be written: there is no folder /" },
        { new IOException("No space left on device : '/x.0123.part'", 28), "out/x cannot be written: No space left on device. Mend that, or name another place." },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void The_system_is_translated(Exception refusal, string sentence)
    {
        var message = Assert.Throws<IOException>(() => GivenPlace.Writing("out/x", () => throw refusal)).Message;
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.DoesNotContain(".part", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_a_sentence_keeps_it()
    {
        foreach (var own in new Exception[] { new IOException("It is a file. Name a folder."), new InvalidDataException("Not ours."), new FileNotFoundException("There is none.") })
        {
            Assert.Same(own, Record.Exception(() => GivenPlace.Writing("x", () => throw own)));
        }
    }

    [Fact]
    public void A_real_system_says_the_same()
    {
        var place = Path.Combine(Path.GetTempPath(), "none-" + Guid.NewGuid().ToString("N"), "file");
        Assert.Contains($"{place} cannot be written: there is no folder", Assert.Throws<IOException>(() => GivenPlace.Writing(place, () => WholeFile.Write(place, _ => { }))).Message, StringComparison.Ordinal);
    }
}
