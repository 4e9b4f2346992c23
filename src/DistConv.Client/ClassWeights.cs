using System.Globalization;
using DistConv.Core;
using DistConv.Training.Data;

namespace DistConv.Client;

/// <summary>By what loss and gradient of a sample are multiplied in training, by its class. The job's specification has the numbers.</summary>
public sealed record ClassWeights
{
    /// <summary>The forms.</summary>
    public const string Forms = "balanced, or NAME:WEIGHT,NAME:WEIGHT,…";

    private const string BalancedForm = "balanced";

    private readonly Dictionary<string, float> _byName = new(StringComparer.Ordinal);

    private ClassWeights()
    {
    }

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
        var result = new ClassWeights();
        List<SettingProblem> problems = [];
        foreach ((string name, float weight) in weights)
        {
            if (!result._byName.TryAdd(name, weight)) problems.Add(Problem($"has class '{name}' twice; give it once"));
        }

        if (result._byName.Count == 0) problems.Add(Problem($"is empty; give {Forms}"));
        InvalidInputException.ThrowIfAny(problems);
        return result;
    }

    /// <summary>Weights as people write them.</summary>
    /// <param name="text">One of <see cref="Forms"/>, or with '=' instead of ':'; null: none.</param>
    /// <returns>The weights, or null.</returns>
    /// <exception cref="InvalidInputException">The text is none of the forms; all that is wrong is listed.</exception>
    public static ClassWeights? Parse(string? text)
    {
        if (text is null) return null;
        if (text == BalancedForm) return Balanced;
        List<SettingProblem> problems = [];
        List<KeyValuePair<string, float>> weights = [];
        foreach (string part in text.Split(','))
        {
            int colon = part.LastIndexOfAny([':', '=']);
            if (colon > 0 && float.TryParse(part.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float weight))
                weights.Add(new(part[..colon].Trim(), weight));
            else problems.Add(Problem($"has '{part}', which is no class with its weight; give {Forms}{Suggestion.DidYouMean(part, [BalancedForm])}"));
        }

        InvalidInputException.ThrowIfAny(problems);
        return Of(weights);
    }

    /// <summary>The numbers.</summary>
    /// <param name="data">The training split.</param>
    /// <param name="names">What its classes are called; null: by their numbers.</param>
    /// <param name="samples">How many samples are trained on, from the first on.</param>
    /// <returns>One for each class; null if all are 1.</returns>
    /// <exception cref="InvalidInputException">A class is unknown, or a weight is not a number of at least 0; all of them are listed.</exception>
    internal float[]? Resolve(IDataset data, IReadOnlyList<string>? names, int samples)
    {
        if (data.Labels != LabelKind.Class)
            throw new InvalidInputException([Problem($"are for samples of one class each, and the data has {data.LabelText()}; leave them out")]);
        float[] weights = _byName.Count == 0 ? OfCounts(data, samples) : OfNames([.. names ?? [.. Enumerable.Range(0, data.ClassCount).Select(Number)]]);
        return weights.All(weight => weight == 1f) ? null : weights;
    }

    private static SettingProblem Problem(string problem) => new("classWeights", problem);

    private static string Number(int label) => label.ToString(CultureInfo.InvariantCulture);

    private static float[] OfCounts(IDataset data, int samples)
    {
        int[] counts = new int[data.ClassCount];
        for (int sample = 0; sample < samples; sample++) counts[data.Label(sample)]++;
        int present = counts.Count(count => count > 0);
        return [.. counts.Select(count => count == 0 ? 1f : (float)(samples / ((double)present * count)))];
    }

    private float[] OfNames(string[] names)
    {
        List<SettingProblem> problems = [];
        float?[] weights = new float?[names.Length];
        foreach ((string name, float weight) in _byName)
        {
            int label = Array.IndexOf(names, name);
            if (label < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < names.Length) label = number;
            if (label < 0)
            {
                string some = names.Length > 20 ? $"{string.Join(", ", names.Take(20))}, …" : string.Join(", ", names);
                problems.Add(Problem($"has '{name}', which is no class; the classes are {some}{Suggestion.DidYouMean(name, names)}"));
            }
            else if (!(weight >= 0) || !float.IsFinite(weight))
            {
                problems.Add(Problem(string.Create(CultureInfo.InvariantCulture, $"has {weight} for class '{name}'; give a number of at least 0")));
            }
            else if (weights[label] is not null) problems.Add(Problem($"has class '{names[label]}' twice, by name and by number; give it once"));
            else weights[label] = weight;
        }

        InvalidInputException.ThrowIfAny(problems);
        return [.. weights.Select(weight => weight ?? 1f)];
    }
}
