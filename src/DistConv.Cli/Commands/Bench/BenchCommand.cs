using System.CommandLine;
using DistConv.Cli.Context;

namespace DistConv.Cli.Commands.Bench;

/// <summary><c>distconv bench</c>: how fast this machine trains.</summary>
internal static class BenchCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CliContext context) =>
        new DocumentedCommand("bench", "Measure how fast this machine trains.", "distconv bench step --model keras1-mnist-cnn --batch 128 --threads 2")
        {
            BenchStepCommand.Create(context),
            BenchKernelsCommand.Create(context),
            BenchExchangeCommand.Create(context),
        };
}
