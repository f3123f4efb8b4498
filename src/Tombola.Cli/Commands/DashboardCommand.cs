using System.CommandLine;
using Tombola.Dashboard;
using Tombola.Engine.Naming;

namespace Tombola.Cli.Commands;

/// <summary><c>dashboard</c>: web pages over the store.</summary>
internal static class DashboardCommand
{
    public static Command Create()
    {
        var common = new CommonOptions();
        var port = new NumberOption<int>("--port") { Description = "Port on this machine; 0 for any that is free.", DefaultValueFactory = _ => 5280 };
        var command = new Command(
            "dashboard",
            """
            Show the store's reports and jobs in a browser, live.

            Only this machine is answered, and only at the address that is printed: it holds a token, new at each start.
            Scripts send the token as 'Authorization: Bearer TOKEN'.

            Example: tombola dashboard --port 5280
            """) { common.Store, port };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(port) is not (>= 0 and <= 65535)) throw new SettingException($"--port is {parsed.GetValue(port)}; it must be from 0 to 65535.");
            await using var server = await DashboardServer.StartAsync(common.OpenStore(parsed), parsed.GetValue(port), cancellation);
            Console.Out.WriteLine($"The dashboard is at {server.Address} (Ctrl-C stops it). Whoever has this address can read the store.");
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return Application.Success;
        });
        return command;
    }
}
