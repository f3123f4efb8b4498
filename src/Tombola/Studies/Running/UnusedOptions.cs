using Tombola.Data;
using Tombola.Engine.Naming;

namespace Tombola.Studies;

/// <summary>Finds what a person asked for and a study has no use for, so that it is told instead of passed over in silence.</summary>
internal static class UnusedOptions
{
    /// <summary>Refuses an option that changes nothing about any of the studies.</summary>
    /// <param name="asked">What is to be run.</param>
    /// <param name="changed">For each option that a person gave, how to ask for other things by it.</param>
    /// <param name="data">The data sets.</param>
    /// <exception cref="SettingException">An option is without effect; the message names it.</exception>
    public static void Refuse(IReadOnlyList<(Study Study, StudyRequest Request)> asked, IReadOnlyDictionary<string, IReadOnlyList<Func<StudyRequest, StudyRequest>>> changed, DatasetCache data)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(changed);
        if (changed.Count == 0) return;
        var contexts = new StudyContexts(data);
        var jobs = asked.Select(one => Jobs(one.Study, one.Request, contexts)).ToArray();
        foreach (var (option, changes) in changed)
        {
            // One other value may happen to name the same jobs; several do only if nobody looks at it.
            var matters = asked.Zip(jobs, (one, before) => before is null || changes.Any(change => Jobs(one.Study, change(one.Request), contexts) is not { } after || !before.SetEquals(after)));
            if (matters.Any(does => does)) continue;
            throw new SettingException(asked.Count == 1
                ? $"The study {asked[0].Study.Name} makes no use of {option} here: its jobs are the same with any other. Leave it out."
                : $"None of these studies makes use of {option}. Leave it out.");
        }
    }

    /// <summary>The keys of a study's jobs; null if they cannot be named now, which says nothing about options.</summary>
    private static HashSet<string>? Jobs(Study study, StudyRequest request, StudyContexts contexts)
    {
        try
        {
            return study.Needs is null ? [.. study.Design(contexts.Of(request)).Jobs.Select(job => job.Key)] : null;
        }
        catch (Exception unknown) when (unknown is SettingException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
