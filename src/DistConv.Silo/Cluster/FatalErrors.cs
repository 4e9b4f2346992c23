namespace DistConv.Silo.Cluster;

/// <summary>
/// Ends the process when Orleans cannot go on, mostly since the cluster has declared this silo dead: one line instead of a dump, and an exit code for whoever
/// restarts it. It is not stopped in an orderly way: others have taken its work over already.
/// </summary>
/// <param name="warn">Gets the line.</param>
/// <param name="exit">Ends the process with an exit code.</param>
internal sealed class FatalErrors(Action<string> warn, Action<int> exit) : IFatalErrorHandler
{
    private const int Failed = 1;

    /// <summary>How Orleans begins to tell it; the whole membership follows.</summary>
    private const string ToldDead = "I have been told I am dead";
    private int _told;

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not ThreadInterruptedException;

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (Interlocked.Exchange(ref _told, 1) != 0) return;
        string reason = string.Join(": ", new[] { context, exception?.Message }.Where(static text => !string.IsNullOrWhiteSpace(text)));
        if (reason.StartsWith(ToldDead, StringComparison.Ordinal)) reason = "the cluster has declared it dead, since it did not answer; others have its work";
        warn($"this silo ends and has to be started again: {reason}".ReplaceLineEndings(" "));
        exit(Failed);
    }
}
