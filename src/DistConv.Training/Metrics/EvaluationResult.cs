using DistConv.Training.Shards;

namespace DistConv.Training.Metrics;

/// <summary>Loss and accuracy on the held-out split.</summary>
/// <param name="Loss">Mean cross-entropy, in natural units.</param>
/// <param name="Accuracy">Share classified rightly, 0 … 1.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Validation">The same for the job's validation samples; null if it has none.</param>
public sealed record EvaluationResult(double Loss, double Accuracy, int Samples, EvaluationResult? Validation = null)
{
    /// <summary>
    /// Puts the shares of an evaluation together. The chunks are added along the fixed binary tree (docs/numerics.md, rule 9), so the number of shares
    /// changes no bit.
    /// </summary>
    /// <param name="shares">All shares, in order.</param>
    /// <returns>The means.</returns>
    public static EvaluationResult Of(IReadOnlyList<EvaluationShare> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        return Of(shares.Select(share => share.Test)) with
        {
            Validation = shares[0].Validation is null ? null : Of(shares.Select(share => share.Validation!)),
        };
    }

    private static EvaluationResult Of(IEnumerable<EvaluationPart> parts)
    {
        EvaluationPart[] all = [.. parts];
        double[] chunks = [.. all.SelectMany(part => part.ChunkLosses)];
        int samples = all.Sum(part => part.Samples);
        return samples == 0
            ? new EvaluationResult(0, 0, 0)
            : new EvaluationResult(Sum(chunks, new ShardNode(0, chunks.Length)) / samples, (double)all.Sum(part => part.Correct) / samples, samples);
    }

    private static double Sum(double[] chunks, ShardNode node) =>
        node.IsLeaf ? chunks[node.Lo] : Sum(chunks, node.Left) + Sum(chunks, node.Right);
}

/// <summary>What one silo measured of a split: a run of whole chunks.</summary>
/// <param name="Samples">Number of samples.</param>
/// <param name="ChunkLosses">Sums of losses, each over 256 samples (the split's last chunk may be shorter).</param>
/// <param name="Correct">Number classified rightly.</param>
public sealed record EvaluationPart(int Samples, IReadOnlyList<double> ChunkLosses, int Correct);

/// <summary>One silo's share of an evaluation.</summary>
/// <param name="Test">Of the held-out split.</param>
/// <param name="Validation">Of the job's validation samples; null if it has none.</param>
public sealed record EvaluationShare(EvaluationPart Test, EvaluationPart? Validation);
