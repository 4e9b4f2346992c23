using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Grains.Tests;

internal static class JobClientExtensions
{
    /// <summary>Polls, as the command line does, until a job has ended.</summary>
    public static async Task<JobStatus> WaitAsync(this JobClient jobs, string job = TinyJob.Id)
    {
        while (true)
        {
            JobStatus status = await jobs.GetStatusAsync(job);
            if (status.State != JobState.Running) return status;
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
