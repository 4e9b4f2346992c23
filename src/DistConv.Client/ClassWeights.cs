using DistConv.Core;
using DistConv.Training.Data;

namespace DistConv.Client;

/// <summary>By what loss and gradient of a sample are multiplied in training, by its class. The job's specification has the numbers.</summary>
public sealed record ClassWeights
{
    /// <summary>The forms.</summary>
    public const string Forms = "balanced, or NAME:WEIGHT,NAME:WEIGHT,…";

    private static readonly ClassNumbers _rules = new("classWeights", "weight", Forms, Least: 0);

    private readonly Dictionary<string, float> _byName = new(StringComparer.Ordinal);

    private ClassWeights()
    {
    }

    private ClassWeights(Dictionary<string, float> byName) => _byName = byName;

    /// <summary>N / (K n): the training samples by the classes that have any and by the samples of the class. Rare classes then count as much as frequent
    /// ones.</summary>
    public static ClassWeights Balanced { get; } = new();

    /// <summary>The weights by class, if they are not balanced; a class that is not named has 1.</summary>
    public IReadOnlyDictionary<string, float> ByName => _byName;

    /// <summary>Weights of single classes.</summary>
    /// <param name="weights">At least one class, by name or number, with its weight; the others have 1.</param>
    /// <returns>The weights, whose names and ranges are checked against the data when the job is planned.</returns>
    /// <exception cref="InvalidInputException">There is none, or a class is named twice.</exception>
    public static ClassWeights Of(IEnumerable<KeyValuePair<string, float>> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new ClassWeights(_rules.ByName(weights));
    }

    /// <summary>Weights as people write them.</summary>
    /// <param name="text">One of <see cref="Forms"/>, or with '=' instead of ':'; null: none.</param>
    /// <returns>The weights, or null.</returns>
    /// <exception cref="InvalidInputException">The text is none of the forms; all that is wrong is listed.</exception>
    public static ClassWeights? Parse(string? text) => text switch
    {
        null => null,
        ClassNumbers.BalancedForm => Balanced,
        _ => Of(_rules.Parse(text)),
    };

    /// <summary>The numbers.</summary>
    /// <param name="data">The training split.</param>
    /// <param name="names">What its classes are called; null: by their numbers.</param>
    /// <param name="samples">How many samples are trained on, from the first on.</param>
    /// <returns>One for each class; null if all are 1.</returns>
    /// <exception cref="InvalidInputException">A class is unknown, or a weight is not a number of at least 0; all of them are listed.</exception>
    internal float[]? Resolve(IDataset data, IReadOnlyList<string>? names, int samples)
    {
        if (data.Labels != LabelKind.Class)
            throw new InvalidInputException([_rules.Problem($"are for samples of one class each, and the data has {data.LabelText()}; leave them out")]);
        float[] weights = _byName.Count == 0 ? OfCounts(data, samples) : _rules.Resolve(_byName, ClassNumbers.NamesOf(names, data.ClassCount));
        return weights.All(weight => weight == 1f) ? null : weights;
    }

    private static float[] OfCounts(IDataset data, int samples)
    {
        int[] counts = data.ClassCounts(0, samples);
        int present = counts.Count(count => count > 0);
        return [.. counts.Select(count => count == 0 ? 1f : (float)(samples / ((double)present * count)))];
    }
}
