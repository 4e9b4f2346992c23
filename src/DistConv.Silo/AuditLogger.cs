using DistConv.Grains.Access;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistConv.Silo;

/// <summary>Writes who changed what, a line each.</summary>
/// <param name="write">Where a line goes; called from any thread.</param>
internal sealed class AuditLoggerProvider(Action<string> write) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        categoryName == ConnectedClients.AuditCategory ? new AuditLogger(write) : NullLogger.Instance;

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class AuditLogger(Action<string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) write(formatter(state, exception).ReplaceLineEndings(" "));
        }
    }
}
