using DistConv.Cli.Application;
using DistConv.Cli.Output;

using var output = new SystemConsoleOutput(Environment.GetEnvironmentVariable);
using var interrupts = new Interrupts(() => Environment.Exit(ExitCodes.Interrupted));
return await CommandLine.RunAsync(args, new CliContext(output, TimeProvider.System, Environment.GetEnvironmentVariable, interrupts.Token));
