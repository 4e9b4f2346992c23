using System.CommandLine;
using DistConv.Benchmarks;

return await new RootCommand("DistConv's benchmarks.") { PeersCommand.Create() }.Parse(args).InvokeAsync();
