using Microsoft.Extensions.Logging;

namespace DistConv.Silo;

/// <summary>Writes warnings and errors to standard error, a line each: people read them between progress lines, and standard output belongs to
/// results.</summary>
internal sealed class StandardErrorLoggerProvider : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Standard error belongs to the process.
    }

    private sealed class LineLogger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            string cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
            string level = logLevel == LogLevel.Warning ? "warning" : "error";
            string line = $"{level}: {category}: {formatter(state, exception)}{cause}";
            Console.Error.WriteLine(line.ReplaceLineEndings(" "));
        }
    }
}
