using Microsoft.Extensions.Logging;

namespace DistConv.Grains.Coordination;

/// <summary>What coordinators log.</summary>
internal static partial class Log
{
    /// <summary>A job ended with an error. Its status has the same line, so this is no warning.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="reason">One line.</param>
    [LoggerMessage(1001, LogLevel.Information, "Job {Job} failed: {Reason}")]
    public static partial void JobFailed(ILogger logger, string job, string reason);
}
