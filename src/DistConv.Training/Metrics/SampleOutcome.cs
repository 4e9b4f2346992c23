namespace DistConv.Training.Metrics;

/// <summary>What a network says about one sample.</summary>
/// <param name="Label">Its class.</param>
/// <param name="Predicted">The class with the largest probability; of equal ones the first. Of a model of one number, the class whose number is
/// nearest.</param>
/// <param name="Probability">That probability; of a model of numbers, the value.</param>
/// <param name="Loss">The job's loss; of a softmax the cross-entropy, −log of the probability of <paramref name="Label"/>.</param>
public readonly record struct SampleOutcome(int Label, int Predicted, float Probability, double Loss)
{
    /// <summary>Of a model of numbers, the mean distance between its outputs and what they should be; null for others.</summary>
    public double? AbsoluteError { get; init; }
}
