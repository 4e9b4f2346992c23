using System.CommandLine;
using DistConv.Benchmarks;

return await new RootCommand("DistConv's benchmarks.") { PeersCommand.Create(), StepCommand.Create(), KernelsCommand.Create(), ControlCommand.Create() }
    .Parse(args).InvokeAsync();
