using Tombola.Data;

namespace Tombola.Studies;

/// <summary>One context for each request, so that studies that ask for the same thing share the jobs they name.</summary>
internal sealed class StudyContexts(DatasetCache data)
{
    private readonly Dictionary<StudyRequest, StudyContext> _known = [];

    public StudyContext Of(StudyRequest request) => _known.TryGetValue(request, out var known) ? known : _known[request] = new StudyContext(request, data);
}
