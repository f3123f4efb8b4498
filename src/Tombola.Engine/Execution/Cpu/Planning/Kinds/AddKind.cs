using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>A sum that none of its operands took in takes in the rectifier that follows.</summary>
internal static class AddKind
{
    public static void Compile(PlanCompiler plan, int node, AddLayer layer, Activation[] inputs)
    {
        var chain = plan.Begin(node);
        chain.TakeRelu();
        plan.Emit(chain, inputs, (output, sources) => new AddPass(output, sources[0], sources[1]) { Layers = chain.Names });
    }
}
