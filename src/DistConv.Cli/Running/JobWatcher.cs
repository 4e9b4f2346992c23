using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Progress;
using DistConv.Cli.Reports;

namespace DistConv.Cli.Running;

/// <summary>Watches a job that other processes train, and reports its end: the common part of <c>jobs watch</c> and of what trains in a cluster.</summary>
internal sealed class JobWatcher(CliContext context, NamedSource source, bool json)
{
    /// <summary>Watches.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="target">What gets copies at the end, or null.</param>
    /// <returns>One of <see cref="ExitCodes"/>; watching that Ctrl-C ended is interrupted, and the job goes on.</returns>
    public async Task<int> RunAsync(string job, IResultTarget? target)
    {
        if (await new JobWatch(await source.Jobs.FollowAsync(job, context.Stop), context).RunAsync() is not { } status)
        {
            context.Output.Say(ReportText.HowToWatch(job, source.Name));
            return ExitCodes.Interrupted;
        }

        RunReport report = (await source.Jobs.ShowAsync(job, context.Stop)).ToReport(status);
        return await new JobEnding(context, source, json).FinishAsync(report, target, interrupts: false);
    }
}
