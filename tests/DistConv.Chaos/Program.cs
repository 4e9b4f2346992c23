using System.CommandLine;
using DistConv.Chaos.Runs;

return await new RootCommand("Faults on real processes, and proof that a cluster survives them.") { ChaosCommand.Create(), KillsCommand.Create(),
    FreezeCommand.Create() }.Parse(args).InvokeAsync();
