using Tombola.Cli;

// Answered before anything else is loaded, since scripts ask for it often.
if (args is ["--version"])
{
    Console.Out.WriteLine(Application.Version);
    return 0;
}

return Application.Run(args);
