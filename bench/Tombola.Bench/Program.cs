using BenchmarkDotNet.Running;
using Tombola.Bench.Fit;
using Tombola.Bench.Masks;

if (args is ["masks", .. var options]) return MasksCommand.Create().Parse(options).Invoke();
if (args is ["fit", .. var models])
{
    BreakEven.Run(models);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
