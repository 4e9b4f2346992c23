namespace DistConv.Training.Metrics;

/// <summary>What a network says about one sample.</summary>
/// <param name="Label">Its class.</param>
/// <param name="Predicted">The class with the largest probability; of equal ones the first.</param>
/// <param name="Probability">That probability.</param>
/// <param name="Loss">Cross-entropy, −log of the probability of <paramref name="Label"/>.</param>
public readonly record struct SampleOutcome(int Label, int Predicted, float Probability, double Loss);
