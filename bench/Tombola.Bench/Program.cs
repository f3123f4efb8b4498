using System.CommandLine;
using BenchmarkDotNet.Running;
using Tombola.Bench.Masks;

if (args is not ["masks", .. var options])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}

try
{
    return MasksCommand.Create().Parse(options).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception mistake) when (mistake is ArgumentException or IOException)
{
    Console.Error.WriteLine($"masks: {mistake.Message}");
    return 1;
}
