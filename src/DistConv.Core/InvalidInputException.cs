namespace DistConv.Core;

/// <summary>
/// A mistake in what a person gave: an option, a file, a model. The message is one line that says what is wrong, where, and what would be right;
/// the command line prints it as it is and exits with code 2.
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>An error without a text: for serialisers only.</summary>
    public InvalidInputException()
    {
    }

    /// <summary>An error with its line for the user.</summary>
    /// <param name="message">One line: what is wrong, where, and what would be right.</param>
    public InvalidInputException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its line for the user and the exception that revealed it.</summary>
    /// <param name="message">One line: what is wrong, where, and what would be right.</param>
    /// <param name="innerException">What revealed it.</param>
    public InvalidInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
