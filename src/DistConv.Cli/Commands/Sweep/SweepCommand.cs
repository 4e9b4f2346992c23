using System.CommandLine;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Series;

namespace DistConv.Cli.Commands.Sweep;

/// <summary><c>distconv sweep</c>: a job for each combination of some settings, and a table that compares them.</summary>
internal static class SweepCommand
{
    /// <summary>The command.</summary>
    /// <param name="context">The command line's surroundings.</param>
    /// <param name="problem">What is wrong with a command line, in one line; null: nothing.</param>
    public static Command Create(CliContext context, Func<ParseResult, string?> problem)
    {
        DocumentedCommand command = new(
            "sweep",
            "Train a job for each combination of some settings, and compare them in a table, the best first. It takes the options of train; the same command "
                + "continues where it was stopped.",
            "distconv sweep --vary learning-rate=0.1,0.01 --vary batch=64,128 --optimizer sgd --epochs 2",
            "distconv sweep --recipe small-folder --data images:DIR --vary augment=default --vary augment=flip,shift:0.1 --seeds 1-3",
            "distconv sweep --vary optimizer=adam,adamw,rmsprop --samples 6000 --validation-split 0.2 --csv FILE.csv",
            "distconv sweep --vary model=lenet5,mnist-vgg --cluster redis://HOST:6379 --parallel 4");
        TrainOptions options = new();
        Option<string[]> vary = new(SweepPlanner.Vary)
        {
            HelpName = "NAME=VALUES",
            Description = "What differs: an option of train and its values, as learning-rate=0.1,0.01; may be given several times. Values with commas of their "
                + $"own are separated by '|', and '{SweepGrid.Default}' leaves the option out. At most {SeriesOptionSet.MostJobs} jobs. "
                + $"Names: {string.Join(", ", SweepGrid.Variables)}.",
        };
        Option<string?> csv = CommonOptions.Text("--csv", "FILE", "Also write the table to this file, with a line for each job.");
        command.Add(vary);
        options.AddTo(command);
        command.Add(csv);
        command.SetAction(async (parsed, _) =>
        {
            SweepGrid grid = SweepGrid.Parse(parsed.GetValue(vary) ?? [], options.ReadSeeds(parsed));
            (SeriesPlan plan, TrainRequest request) = await new SweepPlanner(options, parsed, grid, problem, context).PlanAsync();
            context.Output.Quiet = request.Run.Quiet;
            return await TrainSeries.RunAsync(plan, request, SeriesOptionSet.CommandText(parsed), parsed.GetValue(csv), context);
        });
        return command;
    }
}
