using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Cli.Running;
using DistConv.Silo.Embedded;

// A child of an embedded cluster has no command line and no terminal: see --silos.
if (args is [SiloProcess.Command]) return await ChildSilo.RunAsync(Console.In, Console.Out);

using var output = new SystemConsoleOutput(Environment.GetEnvironmentVariable);
using var interrupts = new Interrupts(() => Environment.Exit(ExitCodes.Interrupted));
return await CommandLine.RunAsync(
    args, new CliContext(output, TimeProvider.System, Environment.GetEnvironmentVariable, interrupts.Token) { Input = Console.In });
