using DistConv.Training.Data;
using DistConv.Training.Metrics;

namespace DistConv.Client;

/// <summary>What an evaluation on the test set found.</summary>
/// <param name="Step">How many updates the weights have seen.</param>
/// <param name="ClassNames">What the classes are called, in order; their numbers if they have no names.</param>
/// <param name="Result">Loss and accuracy.</param>
/// <param name="Outcomes">What became of each sample.</param>
/// <param name="Samples">The samples.</param>
public sealed record JobEvaluation(
    long Step, IReadOnlyList<string> ClassNames, EvaluationResult Result, IReadOnlyList<SampleOutcome> Outcomes, IDataset Samples);
