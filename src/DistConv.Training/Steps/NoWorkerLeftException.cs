namespace DistConv.Training.Steps;

/// <summary>The last silo that computed a job was lost, and no other silo can compute it. Nothing is wrong with the job: it can be resumed.</summary>
public sealed class NoWorkerLeftException : Exception
{
    /// <summary>For serialisers only.</summary>
    public NoWorkerLeftException()
    {
    }

    /// <inheritdoc cref="NoWorkerLeftException"/>
    /// <param name="message">One line that names the step, the silo, and what to do.</param>
    public NoWorkerLeftException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="NoWorkerLeftException"/>
    /// <param name="message">One line that names the step, the silo, and what to do.</param>
    /// <param name="innerException">What revealed it.</param>
    public NoWorkerLeftException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
