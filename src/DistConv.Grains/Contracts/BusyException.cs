namespace DistConv.Grains.Contracts;

/// <summary>A silo cannot take part yet: it still prepares its replica of the job, for example because its disk does not answer.</summary>
public sealed class BusyException : Exception
{
    /// <summary>An exception without a message.</summary>
    public BusyException()
    {
    }

    /// <summary>An exception with a message.</summary>
    /// <param name="message">One line.</param>
    public BusyException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    /// <param name="message">One line.</param>
    /// <param name="innerException">The cause.</param>
    public BusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
