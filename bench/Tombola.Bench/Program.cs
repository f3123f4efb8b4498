using System.CommandLine;
using BenchmarkDotNet.Running;
using Tombola.Bench.Fit;
using Tombola.Bench.Masks;

try
{
    switch (args)
    {
        case ["masks", .. var options]:
            return MasksCommand.Create().Parse(options).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        case ["fit", .. var models]:
            BreakEven.Run(models);
            return 0;
        default:
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
            return 0;
    }
}
catch (Exception mistake) when (mistake is ArgumentException or FormatException or IOException or InvalidDataException)
{
    Console.Error.WriteLine($"{string.Join(' ', args)}: {mistake.Message}");
    return 1;
}
