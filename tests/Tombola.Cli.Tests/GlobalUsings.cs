global using System.Text.Json;
global using Tombola.Cli.Tests.Support;
global using Tombola.Tests.Data;
global using Xunit;
