using System.Globalization;
using DistConv.Core;
using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>How often the samples of a class are used in an epoch. The job's specification has the number of samples of each class.</summary>
public sealed record Oversampling
{
    /// <summary>The forms.</summary>
    public const string Forms = "balanced, or NAME:FACTOR,NAME:FACTOR,…";

    private static readonly ClassNumbers _rules = new("oversampling", "factor", Forms, Least: 1);

    private readonly Dictionary<string, float> _byName = new(StringComparer.Ordinal);

    private Oversampling()
    {
    }

    private Oversampling(Dictionary<string, float> byName) => _byName = byName;

    /// <summary>Every class that has samples has as many in an epoch as the largest one.</summary>
    public static Oversampling Balanced { get; } = new();

    /// <summary>The factors by class, if they are not balanced; a class that is not named has 1.</summary>
    public IReadOnlyDictionary<string, float> ByName => _byName;

    /// <summary>Factors of single classes.</summary>
    /// <param name="factors">At least one class, by name or number, with its factor, at least 1; the others have 1.</param>
    /// <returns>The factors, whose names and ranges are checked against the data when the job is planned.</returns>
    /// <exception cref="InvalidInputException">There is none, or a class is named twice.</exception>
    public static Oversampling Of(IEnumerable<KeyValuePair<string, float>> factors)
    {
        ArgumentNullException.ThrowIfNull(factors);
        return new Oversampling(_rules.ByName(factors));
    }

    /// <summary>Oversampling as people write it.</summary>
    /// <param name="text">One of <see cref="Forms"/>, or with '=' instead of ':'; null: none.</param>
    /// <returns>The oversampling, or null.</returns>
    /// <exception cref="InvalidInputException">The text is none of the forms; all that is wrong is listed.</exception>
    public static Oversampling? Parse(string? text) => text switch
    {
        null => null,
        ClassNumbers.BalancedForm => Balanced,
        _ => Of(_rules.Parse(text)),
    };

    /// <summary>The samples of each class in an epoch.</summary>
    /// <param name="data">The training split.</param>
    /// <param name="names">What its classes are called; null: by their numbers.</param>
    /// <param name="samples">How many samples are trained on, from the first on.</param>
    /// <returns>One for each class, rounded to the nearest; null if no class has more than it has anyway.</returns>
    /// <exception cref="InvalidInputException">A class is unknown or has no sample, a factor is not a number of at least 1, or an epoch would have more
    /// samples than a job may have.</exception>
    internal int[]? Resolve(IDataset data, IReadOnlyList<string>? names, int samples)
    {
        if (data.Labels != LabelKind.Class)
            throw new InvalidInputException([_rules.Problem($"is for samples of one class each, and the data has {data.LabelText()}; leave it out")]);
        int[] counts = data.ClassCounts(0, samples);
        double[] wanted = _byName.Count == 0 ? [.. counts.Select(count => count == 0 ? 0.0 : counts.Max())] : OfFactors(data, names, counts);
        double sum = wanted.Sum();
        if (sum > SpecificationLimits.MaxSamples)
        {
            throw new InvalidInputException([_rules.Problem(string.Create(CultureInfo.InvariantCulture,
                $"has factors that make an epoch of {sum:F0} samples; it may have {SpecificationLimits.MaxSamples}: give smaller factors"))]);
        }

        return sum <= samples ? null : [.. wanted.Select(count => (int)count)];
    }

    private double[] OfFactors(IDataset data, IReadOnlyList<string>? names, int[] counts)
    {
        string[] known = ClassNumbers.NamesOf(names, data.ClassCount);
        float[] factors = _rules.Resolve(_byName, known);
        InvalidInputException.ThrowIfAny([.. counts.Select((count, label) => (count, label)).Where(pair => pair.count == 0 && factors[pair.label] > 1)
            .Select(pair => _rules.Problem($"has a factor for class '{known[pair.label]}', which has no training sample; leave it out"))]);
        return [.. counts.Select((count, label) => double.Round(count * (double)factors[label], MidpointRounding.AwayFromZero))];
    }
}
