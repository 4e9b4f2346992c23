namespace DistConv.Client.Clusters;

/// <summary>A cluster that cannot be joined now, through no mistake in what a person gave. The message is one line; trying again later makes sense.</summary>
public sealed class ClusterUnavailableException : Exception
{
    /// <summary>An error without a text: for serialisers only.</summary>
    public ClusterUnavailableException()
    {
    }

    /// <summary>An error with its line for the user.</summary>
    /// <param name="message">One line: what does not answer, and what to do.</param>
    public ClusterUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its line for the user and the exception that revealed it.</summary>
    /// <param name="message">One line: what does not answer, and what to do.</param>
    /// <param name="innerException">What revealed it.</param>
    public ClusterUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
