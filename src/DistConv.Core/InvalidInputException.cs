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

    /// <summary>An error about some settings. The message lists all of them, so that a person can correct them at once.</summary>
    /// <param name="problems">What is wrong, at least one.</param>
    public InvalidInputException(IReadOnlyList<SettingProblem> problems)
        : base(string.Join("; ", problems)) => Problems = problems;

    /// <summary>An error with its line for the user and what is wrong piece by piece.</summary>
    /// <param name="message">One line: what is wrong, where, and what would be right.</param>
    /// <param name="problems">The same, setting by setting or layer by layer.</param>
    public InvalidInputException(string message, IReadOnlyList<SettingProblem> problems)
        : base(message) => Problems = problems;

    /// <summary>What is wrong, setting by setting (of a model file, layer by layer); empty if the mistake is not one of settings.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; } = [];

    /// <summary>Throws if there is a problem.</summary>
    /// <param name="problems">What is wrong; may be empty.</param>
    /// <exception cref="InvalidInputException">It is not empty.</exception>
    public static void ThrowIfAny(IReadOnlyList<SettingProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (problems.Count > 0) throw new InvalidInputException(problems);
    }
}
