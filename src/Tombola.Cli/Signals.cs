using System.Runtime.InteropServices;

namespace Tombola.Cli;

/// <summary>What Ctrl-C, SIGTERM and SIGHUP do: the first stops the command, the second ends the process at once.</summary>
/// <remarks>
/// Commands that watch a token get the time to leave checkpoints; the others have nothing to lose and end with the first signal. The runtime leaves SIGINT and SIGHUP
/// ignored where the parent ignores them, as nohup does and shells for the background jobs of scripts.
/// </remarks>
internal static class Signals
{
    // Whatever is said last must not keep the process alive, and the reader of a pipe may stand still.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Never disposed, since a signal may arrive until the very end.
    private static readonly CancellationTokenSource Stop = new();
    private static readonly List<PosixSignalRegistration> Registrations = [];
    private static int _received;

    /// <summary>Handles signals until the process ends.</summary>
    /// <param name="watched">True if the command watches the token.</param>
    /// <param name="tell">Tells a person, and a program, why the command ended.</param>
    /// <returns>Cancelled by the first signal.</returns>
    public static CancellationToken Handle(bool watched, Action<Failure> tell)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }) Registrations.Add(PosixSignalRegistration.Create(signal, Receive));
        return Stop.Token;

        void Receive(PosixSignalContext context)
        {
            context.Cancel = true;
            if (Interlocked.Increment(ref _received) > 1) End("ended at once. What had been finished is kept; run the same command to go on.");
            if (!watched) End("stopped.");
            Stop.Cancel();
            Briefly(() => Console.Error.WriteLine("tombola: stopping; once more (Ctrl-C, or the signal again) ends it at once."));
        }

        void End(string sentence)
        {
            Briefly(() => tell(new Failure(sentence, Application.Stopped)));
            Environment.Exit(Application.Stopped);
        }
    }

    private static void Briefly(Action action)
    {
        var thread = new Thread(() => action()) { IsBackground = true };
        thread.Start();
        thread.Join(Patience);
    }
}
