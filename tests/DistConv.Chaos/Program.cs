using System.CommandLine;
using DistConv.Chaos.Runs;
using DistConv.Core;

RootCommand root = new("Faults on real processes, and proof that a cluster survives them; and what its silos exchange.")
{
    ChaosCommand.Create(), KillsCommand.Create(), FreezeCommand.Create(), ExchangeCommand.Create(), LinksCommand.Create(), LargeCommand.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InvalidInputException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (OperationCanceledException)
{
    return 130; // It was stopped.
}
