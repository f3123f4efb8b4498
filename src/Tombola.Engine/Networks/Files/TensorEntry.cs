namespace Tombola.Engine.Networks;

/// <summary>What a file says of one tensor; where it lies is the file's own business.</summary>
/// <param name="Name">Name, unique in its file; any text of any length.</param>
/// <param name="DType">A known element type in safetensors' words: <c>F32</c>, <c>U8</c>, <c>I64</c>, ...</param>
/// <param name="Shape">Row-major shape; empty for a single number.</param>
/// <param name="Length">Its bytes, once read: as many as shape and type take.</param>
public sealed record TensorEntry(string Name, string DType, IReadOnlyList<int> Shape, int Length);
