using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Training.Data;
using DistConv.Training.Metrics;

namespace DistConv.Training.Steps;

/// <summary>
/// Losses and hits of a share of a split: losses are added in double chains over chunks of 256 samples (docs/numerics.md, rule 9), whatever number of rows is
/// in flight.
/// </summary>
internal static class Evaluation
{
    /// <summary>Rows in flight that keep all threads busy.</summary>
    public const int MinRows = 128;

    /// <summary>Samples of one chain.</summary>
    private const int ChunkLength = 256;

    /// <summary>
    /// Evaluates one of several even shares of the samples [start, start + total). Only from within a job of the pool. <paramref name="outcomes"/>, if there
    /// are any, get those of each sample.
    /// </summary>
    public static EvaluationPart Run(
        SampleRows rows, ForwardBackward passes, IDataset data, int start, int total, int share, int shares, SampleOutcome[]? outcomes = null)
    {
        int count = (total + ChunkLength - 1) / ChunkLength;
        int first = (int)((long)share * count / shares) * ChunkLength;
        int end = int.Min((int)((share + 1L) * count / shares) * ChunkLength, total);
        return Run(rows, passes, data, start + first, int.Max(0, end - first), outcomes);
    }

    private static EvaluationPart Run(SampleRows rows, ForwardBackward passes, IDataset data, int start, int total, SampleOutcome[]? outcomes)
    {
        var chunks = new double[(total + ChunkLength - 1) / ChunkLength];
        ScoreSheet scores = new(rows, data, total, chunks.Length);
        int correct = 0, next = 0;
        int[] ahead = new int[int.Min(data.ReadAhead, rows.Capacity)];
        void Announce() => data.Announce(Following(ahead, start + next, total - next));
        Action? loaded = ahead.Length > 0 ? Announce : null;
        for (int first = 0; first < total; first += rows.Capacity)
        {
            next = int.Min(first + rows.Capacity, total);
            int count = int.Min(rows.Capacity, total - first);
            for (int row = 0; row < count; row++) rows.Samples[row] = start + first + row;
            passes.Forward(data, count, step: 0, training: false, loaded: loaded);
            for (int row = 0; row < count; row++)
            {
                chunks[(first + row) / ChunkLength] += rows.Losses[row];
                if (rows.Correct[row]) correct++;
                scores.Add(row, first + row, (first + row) / ChunkLength);
                if (outcomes is not null) outcomes[start + first + row] = OutcomeOf(rows, row, data.ClassCount);
            }
        }

        return scores.Complete(new EvaluationPart(total, chunks, correct));
    }

    /// <summary>The next samples, as many as there are and fit.</summary>
    private static ReadOnlySpan<int> Following(int[] samples, int first, int left)
    {
        Span<int> following = samples.AsSpan(0, int.Min(samples.Length, left));
        for (int i = 0; i < following.Length; i++) following[i] = first + i;
        return following;
    }

    /// <summary>By the same logits, and the same choice among equal ones, as the row's hit.</summary>
    private static unsafe SampleOutcome OutcomeOf(SampleRows rows, int row, int classes)
    {
        ModelPlan plan = rows.Network.Plan;
        int units = plan.Output.Size, label = rows.Labels[row];
        float* logits = rows.Output(rows.Network.Layers[^1].Index, row, 0), outputs = rows.Scratch(0);
        ReadOnlySpan<float> all = new(logits, units);
        int predicted = OutputFunction.Class(plan.OutputKind, all, classes);
        OutputFunction.Of(plan.OutputKind, logits, units, outputs);
        float probability = units > 1 ? outputs[predicted] : plan.OutputKind == OutputKind.Sigmoid && predicted == 0 ? 1f - *outputs : *outputs;
        return new SampleOutcome(label, predicted, probability, rows.Losses[row])
        {
            AbsoluteError = plan.OutputKind == OutputKind.Values
                ? rows.Loss.Evaluation.AbsoluteError(all, label, new(rows.Targets(row), rows.Loss.TargetCount)) : null,
        };
    }
}
