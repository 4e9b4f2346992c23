using System.CommandLine;
using DistConv.Chaos.Runs;

return await new RootCommand(
    "Faults on real processes, and proof that a cluster survives them; and what its silos exchange.")
{
    ChaosCommand.Create(), KillsCommand.Create(), FreezeCommand.Create(), ExchangeCommand.Create(),
}.Parse(args).InvokeAsync();
