return Tombola.Cli.Application.Run(args);
