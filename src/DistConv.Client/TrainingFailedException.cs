namespace DistConv.Client;

/// <summary>A job ended with an error. Its snapshots are whole; <see cref="TrainingJob.ResumeAsync"/> goes on from the newest one.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>An error without a text: for serialisers only.</summary>
    public TrainingFailedException()
    {
    }

    /// <summary>An error with its reason.</summary>
    /// <param name="message">Which job failed, and why.</param>
    public TrainingFailedException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its reason and the exception that revealed it.</summary>
    /// <param name="message">Which job failed, and why.</param>
    /// <param name="innerException">What revealed it.</param>
    public TrainingFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
