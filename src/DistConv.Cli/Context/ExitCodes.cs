namespace DistConv.Cli.Context;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Done = 0;

    /// <summary>The job failed, or DistConv itself did, or a cluster does not answer: the same command may do its work later.</summary>
    public const int Failed = 1;

    /// <summary>What a command compares is not the same.</summary>
    public const int Different = 1;

    /// <summary>Wrong usage or input.</summary>
    public const int InvalidInput = 2;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
