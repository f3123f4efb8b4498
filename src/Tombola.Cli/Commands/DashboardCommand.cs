using System.CommandLine;
using Tombola.Dashboard;

namespace Tombola.Cli.Commands;

/// <summary><c>dashboard</c>: web pages over the store.</summary>
internal static class DashboardCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var port = new NumberOption<int>("--port") { Description = "Port on this machine.", DefaultValueFactory = _ => 5280 };
        var command = new Command("dashboard", "Show the store's reports and jobs in a browser, live.\n\nExample: tombola dashboard --port 5280") { common.Store, port };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(port) is not (>= 1 and <= 65535)) throw new ArgumentException($"--port is {parsed.GetValue(port)}; it must be from 1 to 65535.");
            var url = $"http://127.0.0.1:{parsed.GetValue(port)}";
            await using var server = DashboardServer.Create(common.OpenStore(parsed), url);
            await server.StartAsync(cancellation);
            Console.Out.WriteLine($"The dashboard is at {url} (Ctrl-C stops it).");
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return Application.Success;
        });
        return command;
    }
}
