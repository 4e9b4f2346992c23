using Microsoft.Extensions.Logging;

namespace DistConv.Silo;

/// <summary>Writes warnings and errors, a line each: people read them between progress lines.</summary>
/// <param name="write">Where a line goes; called from any thread.</param>
internal sealed class LineLoggerProvider(Action<string> write) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, write);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class LineLogger(string category, Action<string> write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            string cause = exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})";
            string line = $"{category}: {formatter(state, exception)}{cause}";
            write(line.ReplaceLineEndings(" "));
        }
    }
}
