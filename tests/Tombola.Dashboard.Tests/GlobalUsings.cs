global using System.Net;
global using Tombola.Dashboard.Tests.Support;
global using Xunit;
