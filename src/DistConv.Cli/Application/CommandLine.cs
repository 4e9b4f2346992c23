using System.CommandLine;
using DistConv.Cli.Commands.Activations;
using DistConv.Cli.Commands.Bench;
using DistConv.Cli.Commands.Certs;
using DistConv.Cli.Commands.Completion;
using DistConv.Cli.Commands.Dashboard;
using DistConv.Cli.Commands.Data;
using DistConv.Cli.Commands.Evaluate;
using DistConv.Cli.Commands.Explain;
using DistConv.Cli.Commands.Export;
using DistConv.Cli.Commands.Filters;
using DistConv.Cli.Commands.Import;
using DistConv.Cli.Commands.Jobs;
using DistConv.Cli.Commands.Models;
using DistConv.Cli.Commands.Predict;
using DistConv.Cli.Commands.Serve;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Commands.Sweep;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Client.Clusters;
using DistConv.Core;

namespace DistConv.Cli.Application;

/// <summary>The whole command line: parses it, runs a command, and turns every way to end into an exit code.</summary>
internal static class CommandLine
{
    /// <summary>The commands, without running any.</summary>
    public static RootCommand Create(CliContext context)
    {
        RootCommand root = new("DistConv trains convolutional networks on the CPUs of a cluster, exact to the bit.")
        {
            TrainCommand.Create(context),
            SweepCommand.Create(context, ParseErrors.FirstLine),
            EvaluateCommand.Create(context),
            PredictCommand.Create(context),
            ActivationsCommand.Create(context),
            FiltersCommand.Create(context),
            ExplainCommand.Create(context),
            ExportCommand.Create(context),
            ImportCommand.Create(context),
            JobsCommand.Create(context),
            ServeCommand.Create(context),
            CertsCommand.Create(context),
            DashboardCommand.Create(context),
            SnapshotCommand.Create(context),
            DataCommand.Create(context),
            ModelsCommand.Create(context),
            BenchCommand.Create(context),
            CompletionCommand.Create(context),
        };
        root.Add(HelpCommand.Create(root, context));
        HelpWithExamples.Install(root);
        CompletionValues.Install(root, context);
        return root;
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CliContext context)
    {
        try
        {
            if (args.Length == 0)
            {
                context.Output.Result(HelpText.Overview);
                return ExitCodes.Done;
            }

            // "@file" is no option of ours, and "-abc" is a mistake.
            ParserConfiguration parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
            ParseResult parsed = Create(context).Parse(args, parsing);
            if (ParseErrors.FirstLine(parsed) is { } line) throw new InvalidInputException(line);
            InvocationConfiguration invocation = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // Signals are ours: see Interrupts.
                Output = context.Output.Results,
                Error = context.Output.Messages,
            };
            return await parsed.InvokeAsync(invocation, CancellationToken.None);
        }
        catch (InvalidInputException e)
        {
            context.Output.Error(OptionSpelling.Apply(e.Message));
            return ExitCodes.InvalidInput;
        }
        catch (ClusterUnavailableException e)
        {
            context.Output.Error(OptionSpelling.Apply(e.Message));
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            context.Output.Error("interrupted");
            return ExitCodes.Interrupted;
        }
#pragma warning disable CA1031 // The last resort of the process: whatever it is, people shall see it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            context.Output.InternalError(e.Message, e.ToString());
            return ExitCodes.Failed;
        }
    }
}
