namespace Tombola.Presets;

/// <summary>Under which name the papers' figures show a setting.</summary>
/// <param name="Network">Such as <c>ResNet-20</c>.</param>
/// <param name="Steps">Length of the published training, in steps.</param>
/// <param name="Variant"><c>standard</c>, <c>low</c> or <c>warmup</c>.</param>
public sealed record PublishedSetting(string Network, long Steps, string Variant = "standard");
