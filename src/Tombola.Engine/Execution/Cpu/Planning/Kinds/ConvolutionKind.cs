using Tombola.Engine.Execution.Cpu.Passes;
using Tombola.Engine.Networks;

namespace Tombola.Engine.Execution.Cpu.Planning;

/// <summary>A convolution takes in the rectifier that follows; where batch norms go by running statistics also such a norm before it, and in evaluation a sum.</summary>
internal static class ConvolutionKind
{
    public static void Compile(PlanCompiler plan, int node, ConvolutionLayer layer, Activation[] inputs)
    {
        var chain = plan.Begin(node);
        var norm = plan.FoldsNorms ? chain.TakeNorm() : null;
        Activation[] added = plan.Training ? [] : chain.TakeSum(exceptFor: null, alike: true);
        chain.TakeRelu();
        plan.Emit(chain, [inputs[0], .. added], (output, sources) => new ConvolutionPass(
            layer, norm, plan.Weights, plan.Statistics, output, sources[0], sources.Length > 1 ? sources[1].Activation : null, plan.Training, plan.Curvature)
        { Layers = chain.Names });
    }
}
