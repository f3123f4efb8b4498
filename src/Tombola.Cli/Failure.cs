using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Jobs;
using Tombola.Reporting;

namespace Tombola.Cli;

/// <summary>Why a command ended without its result: a sentence for a person, and the exit code.</summary>
/// <param name="Sentence">What is wrong, where, and what to do.</param>
/// <param name="ExitCode">One of <see cref="Application"/>'s.</param>
internal sealed record Failure(string Sentence, int ExitCode)
{
    /// <summary>Jobs that failed, each with a sentence of its own.</summary>
    public IReadOnlyList<JobFailure> Jobs { get; init; } = [];

    /// <summary>Tells an exception in words.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Of(only),
        JobsFailedException failed => new Failure(Count(failed), failed.IsUsage ? Application.BadUsage : Application.Failed) { Jobs = Shown(failed.Failures), Advice = $"Whatever else could be computed is in the store. {Advised(failed)}" },
        JobsStoppedException stopped => new Failure($"stopped. Finished jobs are in the store{(stopped.HasCheckpoints ? " and trainings that ran left a checkpoint" : "")}; run the same command to go on.", Application.Stopped) { Jobs = Shown(stopped.Failures) },
        StoppedException stopped => new Failure(stopped.Message, Application.Stopped),
        OperationCanceledException => new Failure("stopped.", Application.Stopped),
        SettingException => new Failure(FailureSentence.Of(exception), Application.BadUsage),
        _ => new Failure(FailureSentence.Of(exception), Application.Failed),
    };

    /// <summary>What to do after a single failed job, whose own sentence has said the rest.</summary>
    private string? Advice { get; init; }

    /// <summary>The lines to print, each for itself; nothing is said twice.</summary>
    public IEnumerable<string> Lines => Jobs is [var only] && Advice is not null ? [$"{Printable.Sentence(only.ToString())} {Advice}"] : [.. Jobs.Select(job => Printable.Sentence(job.ToString())), Sentence];

    private static string Count(JobsFailedException failed) =>
        $"{InWords.Count(failed.Failures.Count, "job")} failed; whatever else could be computed is in the store. {Advised(failed)}";

    private static string Advised(JobsFailedException failed) => failed.IsUsage ? "Ask for something else." : "Run the same command to try again.";

    private static JobFailure[] Shown(IEnumerable<JobFailure> failures) => [.. failures.Select(failure => failure with { Title = Printable.Name(failure.Title), Sentence = Printable.Sentence(failure.Sentence) })];
}
