using Microsoft.Extensions.Logging;

namespace DistConv.Grains.Diagnostics;

/// <summary>What coordinators log.</summary>
internal static partial class Log
{
    /// <summary>A job ended with an error. Its status has the same line, so this is no warning.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="reason">One line.</param>
    [LoggerMessage(1001, LogLevel.Information, "Job {Job} failed: {Reason}")]
    public static partial void JobFailed(ILogger logger, string job, string reason);

    /// <summary>Another silo coordinates a job now; this one has stopped and written nothing more.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The claim that was outbid.</param>
    [LoggerMessage(1002, LogLevel.Warning, "Job {Job}: another process has taken it over (claim {Fence} is outbid); this one stops coordinating it")]
    public static partial void JobTakenOver(ILogger logger, string job, long fence);

    /// <summary>This silo takes over a job whose coordinator is lost.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="owner">The silo that had it.</param>
    [LoggerMessage(1003, LogLevel.Warning, "Job {Job}: this silo takes it over from {Owner}")]
    public static partial void TakingOver(ILogger logger, string job, string owner);

    /// <summary>Something about a job went wrong that is tried again.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="reason">One line.</param>
    [LoggerMessage(1004, LogLevel.Warning, "Job {Job} cannot be looked after: {Reason}")]
    public static partial void CannotKeep(ILogger logger, string job, string reason);

    /// <summary>The jobs of the store cannot be found; it is tried again.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="reason">One line.</param>
    [LoggerMessage(1012, LogLevel.Warning, "The job store cannot be listed: {Reason}")]
    public static partial void CannotList(ILogger logger, string reason);

    /// <summary>A job failed by a mistake of ours: all that is known about it.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="error">The exception with its stack.</param>
    [LoggerMessage(1005, LogLevel.Error, "Job {Job} failed by an internal error: {Error}")]
    public static partial void InternalError(ILogger logger, string job, string error);

    /// <summary>The coordinator was taken out of memory in mid-job, which only the end of its silo should do.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="reason">Orleans's reason.</param>
    [LoggerMessage(1007, LogLevel.Warning, "Job {Job}: its coordinator is deactivated here ({Reason}); another one goes on with it")]
    public static partial void Deactivated(ILogger logger, string job, string reason);

    /// <summary>A step or a snapshot takes far longer than any before. The job's claim does not grow any more.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="step">The step.</param>
    /// <param name="waiting">What is waited for.</param>
    [LoggerMessage(1008, LogLevel.Warning, "Job {Job} has stalled at step {Step}, waiting for {Waiting}; another silo will take over")]
    public static partial void Stalled(ILogger logger, string job, long step, string waiting);

    /// <summary>This silo has not what a job needs. The job's warnings have the same line.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="reason">One line.</param>
    [LoggerMessage(1006, LogLevel.Warning, "Job {Job}: this silo cannot participate: {Reason}")]
    public static partial void CannotParticipate(ILogger logger, string job, string reason);

    /// <summary>Gradients cannot travel on the bulk lane; they travel as Orleans's messages, which cost more.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="silo">The silo at the other end.</param>
    /// <param name="reason">One line.</param>
    [LoggerMessage(
        1013, LogLevel.Warning,
        "Job {Job}: the bulk lane to silo {Silo} cannot be used ({Reason}); gradients travel as messages, and the lane is tried again")]
    public static partial void LaneBroke(ILogger logger, string job, string silo, string reason);

    /// <summary>This silo needs what another one has, which does not answer, or whose answer was lost.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="job">The job id.</param>
    /// <param name="silo">The other silo.</param>
    /// <param name="seconds">How long it has been waited for.</param>
    [LoggerMessage(1015, LogLevel.Warning, "Job {Job}: silo {Silo} has not sent its state, a gradient or its record for {Seconds} s; it is asked again")]
    public static partial void AsksAgain(ILogger logger, string job, string silo, double seconds);

    /// <summary>The exchange failed by a mistake of ours.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="error">The exception.</param>
    [LoggerMessage(1014, LogLevel.Error, "The exchange of gradients failed by an internal error")]
    public static partial void ExchangeFailed(ILogger logger, Exception error);

    /// <summary>A client called what only silos may.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="called">The interface.</param>
    /// <param name="method">Its method.</param>
    /// <param name="source">The client as it calls itself, or why it is refused.</param>
    [LoggerMessage(1016, LogLevel.Warning, "Refused {Called}.{Method} to a client: {Source}")]
    public static partial void ClientCallRefused(ILogger logger, string called, string method, string source);

    /// <summary>A client changed something.</summary>
    /// <param name="logger">The logger.</param>
    /// <param name="who">Its name and role.</param>
    /// <param name="method">What it called.</param>
    /// <param name="job">The job.</param>
    [LoggerMessage(1017, LogLevel.Information, "Audit: {Who} called {Method} for job {Job}")]
    public static partial void Audit(ILogger logger, string who, string method, string job);
}
