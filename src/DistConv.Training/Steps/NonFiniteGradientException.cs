namespace DistConv.Training.Steps;

/// <summary>A gradient that is not finite: the step is stopped before the update, so the weights are untouched.</summary>
public sealed class NonFiniteGradientException : Exception
{
    /// <summary>For serialisers only.</summary>
    public NonFiniteGradientException()
    {
    }

    /// <inheritdoc cref="NonFiniteGradientException"/>
    /// <param name="message">One line that names step and layer.</param>
    public NonFiniteGradientException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="NonFiniteGradientException"/>
    /// <param name="message">One line that names step and layer.</param>
    /// <param name="innerException">What revealed it.</param>
    public NonFiniteGradientException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc cref="NonFiniteGradientException"/>
    /// <param name="origin">What was not finite first.</param>
    /// <param name="innerException">What revealed it.</param>
    public NonFiniteGradientException(NonFiniteOrigin origin, Exception innerException)
        : base(MessageOf(origin), innerException) => Origin = origin;

    /// <summary>What was not finite first; null as long as nobody has looked for it.</summary>
    public NonFiniteOrigin? Origin { get; }

    private static string MessageOf(NonFiniteOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return origin.Part == NonFinitePart.Weights ? origin.Text : $"{origin.Text}; the weights of step {origin.Step} are untouched";
    }
}
