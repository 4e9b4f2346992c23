namespace DistConv.Training.Jobs;

/// <summary>Another process has taken the job over: this one stops writing. Nothing is wrong with the job.</summary>
public sealed class FencedException : Exception
{
    /// <summary>An error without a text: for serialisers only.</summary>
    public FencedException()
    {
    }

    /// <summary>An error with its line.</summary>
    /// <param name="message">One line.</param>
    public FencedException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its line and its cause.</summary>
    /// <param name="message">One line.</param>
    /// <param name="innerException">The cause.</param>
    public FencedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Another process holds a higher claim.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="fence">The claim of this process.</param>
    /// <param name="innerException">What revealed it, or null.</param>
    public FencedException(string jobId, long fence, Exception? innerException = null)
        : base($"job '{jobId}' was taken over by another process (claim {fence} is outbid): this one stops", innerException) => Fence = fence;

    /// <summary>The claim that was outbid.</summary>
    public long Fence { get; }
}
