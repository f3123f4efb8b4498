namespace Tombola.Engine.Tests.Execution.Kernels;

/// <summary>A test of what only the checked build does: elsewhere the kernel would leave its memory instead of throwing.</summary>
internal sealed class CheckedTheoryAttribute : TheoryAttribute
{
#if !CHECKED
    public CheckedTheoryAttribute() => Skip = "Only the checked build (-c Checked) looks at what kernels are given.";
#endif
}
