namespace Tombola.Engine.Networks;

/// <summary>What the header of a safetensors file says of one tensor.</summary>
/// <param name="Name">Name, unique in its file; any text of any length.</param>
/// <param name="DType">A known element type in safetensors' words: <c>F32</c>, <c>U8</c>, <c>I64</c>, ...</param>
/// <param name="Shape">Row-major shape; empty for a single number.</param>
/// <param name="Begin">Its first byte, counted from the start of the data.</param>
/// <param name="Length">Its bytes: as many as shape and type take.</param>
public sealed record TensorEntry(string Name, string DType, IReadOnlyList<int> Shape, long Begin, int Length);
