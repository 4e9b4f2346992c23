using DistConv.Core.Buffers;
using DistConv.Training.Data;
using DistConv.Training.Metrics;

namespace DistConv.Training.Steps;

/// <summary>
/// Loss and accuracy of a whole split: losses are added in double chains over chunks of 256 samples, the chunks along the fixed binary tree (NUMERICS
/// rule 9), whatever number of rows is in flight.
/// </summary>
internal static class Evaluation
{
    /// <summary>Rows in flight that keep all threads busy.</summary>
    public const int MinRows = 128;

    /// <summary>Samples of one chain.</summary>
    private const int ChunkLength = 256;

    /// <summary>Evaluates a split. Only from within a job of the pool.</summary>
    public static unsafe EvaluationResult Run(SampleRows rows, ForwardBackward passes, FloatBuffer weights, IDataset data)
    {
        if (data.Count == 0) return new EvaluationResult(0, 0, 0);
        passes.PackWeights(weights.Pointer);
        var chunks = new double[(data.Count + ChunkLength - 1) / ChunkLength];
        int correct = 0;
        for (int first = 0; first < data.Count; first += rows.Capacity)
        {
            int count = int.Min(rows.Capacity, data.Count - first);
            for (int row = 0; row < count; row++) rows.Samples[row] = first + row;
            passes.Forward(data, count, step: 0, training: false);
            for (int row = 0; row < count; row++)
            {
                chunks[(first + row) / ChunkLength] += rows.Losses[row];
                if (rows.Correct[row]) correct++;
            }
        }

        double loss = Sum(chunks, new Shards.ShardNode(0, chunks.Length));
        return new EvaluationResult(loss / data.Count, (double)correct / data.Count, data.Count);
    }

    private static double Sum(double[] chunks, Shards.ShardNode node) =>
        node.IsLeaf ? chunks[node.Lo] : Sum(chunks, node.Left) + Sum(chunks, node.Right);
}
