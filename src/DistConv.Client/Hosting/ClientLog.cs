using Microsoft.Extensions.Logging;

namespace DistConv.Client.Hosting;

/// <summary>Where a client's one-line warnings go in a host.</summary>
internal static partial class ClientLog
{
    /// <summary>A receiver of warnings that logs them.</summary>
    /// <param name="log">The log; null: they go nowhere.</param>
    public static Action<string> To(ILoggerFactory? log)
    {
        if (log is null) return static _ => { };
        ILogger logger = log.CreateLogger("DistConv.Client");
        return line => Warning(logger, line);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Line}")]
    private static partial void Warning(ILogger logger, string line);
}
