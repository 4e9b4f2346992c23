using DistConv.Training.Shards;

namespace DistConv.Training.Metrics;

/// <summary>Loss and accuracy on the held-out split.</summary>
/// <param name="Loss">Mean cross-entropy, in natural units.</param>
/// <param name="Accuracy">Share classified rightly, 0 … 1.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Validation">The same for the job's validation samples; null if it has none.</param>
public sealed record EvaluationResult(double Loss, double Accuracy, int Samples, EvaluationResult? Validation = null)
{
    /// <summary>Of one sigmoid unit and of two classes, <see cref="AreaUnderCurve"/> of class 1; of several labels their mean. Null of others.</summary>
    public double? Auc { get; init; }

    /// <summary>Of a model of numbers, the mean distance between outputs and targets, over samples and outputs; null of others.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>Each output of several labels or numbers; empty of a single one and of classes.</summary>
    public IReadOnlyList<UnitResult> Units { get; init; } = [];

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
        if (samples == 0) return new EvaluationResult(0, 0, 0);
        EvaluationResult result = new(Sum(chunks, new ShardNode(0, chunks.Length)) / samples, (double)all.Sum(part => part.Correct) / samples, samples);
        UnitResult[] units = [.. Enumerable.Range(0, all.Max(part => part.Units)).Select(unit => UnitOf(all, unit, samples))];
        double?[] areas = [.. units.Select(unit => unit.Auc).Where(area => area is not null)], errors = [.. units.Select(unit => unit.MeanAbsoluteError)];
        return units.Length == 0 ? result : result with
        {
            Auc = areas.Length == 0 ? null : areas.Sum() / areas.Length,
            MeanAbsoluteError = errors.Contains(null) ? null : errors.Sum() / errors.Length,
            Units = units.Length == 1 ? [] : units,
        };
    }

    private static UnitResult UnitOf(EvaluationPart[] parts, int unit, int samples)
    {
        float[] scores = [.. parts.SelectMany(part => Column(part.Scores, part.Units, unit))];
        byte[] positives = [.. parts.SelectMany(part => Column(part.Positives, part.Units, unit))];
        double[] errors = [.. parts.SelectMany(part => Column(part.ChunkErrors, part.Units, unit))];
        bool isRanked = scores.Length > 0;
        return new UnitResult
        {
            Auc = isRanked ? AreaUnderCurve.Of(scores, positives) : null,
            MeanAbsoluteError = errors.Length > 0 ? Sum(errors, new ShardNode(0, errors.Length)) / samples : null,
            Score = isRanked ? ScoreOf(scores, positives, errors.Length > 0 ? 0.5f : 0f) : null,
        };
    }

    private static ClassScore ScoreOf(float[] scores, byte[] positives, float threshold)
    {
        int hits = scores.Zip(positives).Count(pair => pair.First > threshold && pair.Second != 0);
        int support = positives.Count(positive => positive != 0), predicted = scores.Count(score => score > threshold);
        return new ClassScore((double)hits / predicted, (double)hits / support, 2.0 * hits / (support + predicted), support);
    }

    private static IEnumerable<T> Column<T>(IReadOnlyList<T> values, int units, int unit) =>
        Enumerable.Range(0, units == 0 ? 0 : values.Count / units).Select(row => values[(row * units) + unit]);

    private static double Sum(double[] chunks, ShardNode node) =>
        node.IsLeaf ? chunks[node.Lo] : Sum(chunks, node.Left) + Sum(chunks, node.Right);
}

/// <summary>What one silo measured of a split: a run of whole chunks.</summary>
/// <param name="Samples">Number of samples.</param>
/// <param name="ChunkLosses">Sums of losses, each over 256 samples (the split's last chunk may be shorter).</param>
/// <param name="Correct">Number classified rightly.</param>
public sealed record EvaluationPart(int Samples, IReadOnlyList<double> ChunkLosses, int Correct)
{
    /// <summary>Outputs of a sample that are ranked or measured, of which the following lists have a value each; 0: none.</summary>
    public int Units { get; init; }

    /// <summary>Scores, sample by sample; empty if there is no AUC.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>1 where the sample is of the class that its score is for, otherwise 0.</summary>
    public IReadOnlyList<byte> Positives { get; init; } = [];

    /// <summary>Sums of absolute errors, chunk by chunk; empty if the model does not end in numbers.</summary>
    public IReadOnlyList<double> ChunkErrors { get; init; } = [];
}

/// <summary>One silo's share of an evaluation.</summary>
/// <param name="Test">Of the held-out split.</param>
/// <param name="Validation">Of the job's validation samples; null if it has none.</param>
public sealed record EvaluationShare(EvaluationPart Test, EvaluationPart? Validation);
