using DistConv.Core.Buffers;
using DistConv.Training.Data;
using DistConv.Training.Metrics;

namespace DistConv.Training.Steps;

/// <summary>
/// Loss and accuracy of a range of samples: losses are added in double chains over chunks of 256 samples, the chunks along the fixed binary tree (NUMERICS
/// rule 9), whatever number of rows is in flight.
/// </summary>
internal static class Evaluation
{
    /// <summary>Rows in flight that keep all threads busy.</summary>
    public const int MinRows = 128;

    /// <summary>Samples of one chain.</summary>
    private const int ChunkLength = 256;

    /// <summary>Evaluates <paramref name="total"/> samples from <paramref name="start"/> on. Only from within a job of the pool.</summary>
    public static unsafe EvaluationResult Run(SampleRows rows, ForwardBackward passes, FloatBuffer weights, IDataset data, int start, int total)
    {
        if (total == 0) return new EvaluationResult(0, 0, 0);
        passes.PackWeights(weights.Pointer);
        var chunks = new double[(total + ChunkLength - 1) / ChunkLength];
        int correct = 0;
        for (int first = 0; first < total; first += rows.Capacity)
        {
            int count = int.Min(rows.Capacity, total - first);
            for (int row = 0; row < count; row++) rows.Samples[row] = start + first + row;
            passes.Forward(data, count, step: 0, training: false);
            for (int row = 0; row < count; row++)
            {
                chunks[(first + row) / ChunkLength] += rows.Losses[row];
                if (rows.Correct[row]) correct++;
            }
        }

        double loss = Sum(chunks, new Shards.ShardNode(0, chunks.Length));
        return new EvaluationResult(loss / total, (double)correct / total, total);
    }

    private static double Sum(double[] chunks, Shards.ShardNode node) =>
        node.IsLeaf ? chunks[node.Lo] : Sum(chunks, node.Left) + Sum(chunks, node.Right);
}
