using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Cli.Tests;

/// <summary>Whatever goes wrong becomes a sentence and an exit code.</summary>
public sealed class FailureTests
{
    public static TheoryData<Exception, int, string> Exceptions => new()
    {
        { new SettingException("There is no fruit 'aple'."), 2, "There is no fruit 'aple'." },
        { new ArgumentException("Null character in path.", "path"), 1, "This is a fault of the program, not of the command: Null character in path." },
        { new ArgumentOutOfRangeException("count"), 1, "This is a fault of the program, not of the command: " },
        { new IOException("The disk is on fire."), 1, "The disk is on fire." },
        { new UnauthorizedAccessException("Access to the path '/x' is denied."), 1, "Access to the path '/x' is denied. Change its permissions" },
        { new InsufficientMemoryException(), 1, "There is not enough memory." },
        { new OverflowException("Too large"), 1, "Too large." },
        { new AggregateException(new IOException("One of several.")), 1, "One of several." },
        { new InvalidOperationException("Sequence contains no elements"), 1, "This is a fault of the program, not of the command: " },
        { new KeyNotFoundException(), 1, "This is a fault of the program, not of the command: " },
        { new OperationCanceledException(), 3, "stopped." },
        { new JobsStoppedException(default), 3, "stopped. Finished jobs are in the store" },
        { new InvalidDataException($"A tensor named \u001b[2J{new string('x', 1_000_000)} is strange"), 1, @"A tensor named \u001b[2J" },
    };

    [Theory, MemberData(nameof(Exceptions))]
    public void Every_exception_has_a_sentence_and_an_exit_code(Exception exception, int code, string sentence)
    {
        var failure = Failure.Of(exception);
        Assert.Equal(code, failure.ExitCode);
        Assert.StartsWith(sentence, failure.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", failure.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", failure.Sentence, StringComparison.Ordinal);
        Assert.InRange(failure.Sentence.Length, 5, 1000);
    }

    [Fact]
    public void Failed_jobs_are_told_one_by_one_and_then_counted()
    {
        var failure = Failure.Of(new JobsFailedException([new JobFailure("k1", "train a", "The loss is not a number.", 3), new JobFailure("k2", "train b", "The disk is full.", 0)]));
        string[] lines = [.. failure.Lines];
        Assert.Equal(["The loss is not a number. (Job: train a; 3 others need it.)", "The disk is full. (Job: train b.)"], lines[..2]);
        Assert.StartsWith("2 jobs failed; whatever else could be computed is in the store. Run the same command", lines[2], StringComparison.Ordinal);
        Assert.Equal(1, failure.ExitCode);
    }

    [Fact]
    public void A_single_failed_job_is_told_in_one_line()
    {
        var failure = Failure.Of(new JobsFailedException([new JobFailure("k1", "train a", "The disk is full.", 0)]));
        Assert.Equal(["The disk is full. (Job: train a.) Whatever else could be computed is in the store. Run the same command to try again."], failure.Lines);
        Assert.StartsWith("1 job failed; ", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_who_left_a_checkpoint_is_told_so()
    {
        Assert.Contains("left a checkpoint", Failure.Of(new JobsStoppedException(default) { HasCheckpoints = true }).Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("checkpoint", Failure.Of(new JobsStoppedException(default)).Sentence, StringComparison.Ordinal);
    }
}
