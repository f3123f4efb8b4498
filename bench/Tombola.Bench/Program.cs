using BenchmarkDotNet.Running;
using Tombola.Bench.Masks;

if (args is ["masks", .. var options]) return MasksCommand.Create().Parse(options).Invoke();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
