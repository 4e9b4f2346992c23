using System.Globalization;
using DistConv.Core;

namespace DistConv.Client;

/// <summary>Numbers that people give to classes by name: "NAME:NUMBER,NAME:NUMBER,…".</summary>
/// <param name="Setting">The setting whose problems these are.</param>
/// <param name="Noun">What a number is: "weight".</param>
/// <param name="Forms">How people write them.</param>
/// <param name="Least">The least number.</param>
internal sealed record ClassNumbers(string Setting, string Noun, string Forms, float Least)
{
    /// <summary>The form that works the numbers out.</summary>
    public const string BalancedForm = "balanced";

    /// <summary>Reads a list.</summary>
    /// <param name="text">What people write, other than <see cref="BalancedForm"/>.</param>
    /// <returns>Class and number, in order.</returns>
    /// <exception cref="InvalidInputException">The text is no list; all that is wrong is listed.</exception>
    public IReadOnlyList<KeyValuePair<string, float>> Parse(string text)
    {
        List<SettingProblem> problems = [];
        List<KeyValuePair<string, float>> numbers = [];
        foreach (string part in text.Split(','))
        {
            int colon = part.LastIndexOfAny([':', '=']);
            if (colon > 0 && float.TryParse(part.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out float number))
                numbers.Add(new(part[..colon].Trim(), number));
            else problems.Add(Problem($"has '{part}', which is no class with its {Noun}; give {Forms}{Suggestion.DidYouMean(part, [BalancedForm])}"));
        }

        InvalidInputException.ThrowIfAny(problems);
        return numbers;
    }

    /// <summary>A list by class.</summary>
    /// <param name="numbers">At least one class with its number.</param>
    /// <exception cref="InvalidInputException">There is none, or a class is named twice.</exception>
    public Dictionary<string, float> ByName(IEnumerable<KeyValuePair<string, float>> numbers)
    {
        Dictionary<string, float> result = new(StringComparer.Ordinal);
        List<SettingProblem> problems = [];
        foreach ((string name, float number) in numbers)
        {
            if (!result.TryAdd(name, number)) problems.Add(Problem($"has class '{name}' twice; give it once"));
        }

        if (result.Count == 0) problems.Add(Problem($"is empty; give {Forms}"));
        InvalidInputException.ThrowIfAny(problems);
        return result;
    }

    /// <summary>A number for each class, 1 for those that are not named.</summary>
    /// <param name="byName">Numbers by a class's name or number.</param>
    /// <param name="names">The classes' names, in order.</param>
    /// <exception cref="InvalidInputException">A class is unknown or named twice, or a number is below <see cref="Least"/>; all of them are
    /// listed.</exception>
    public float[] Resolve(IReadOnlyDictionary<string, float> byName, string[] names)
    {
        List<SettingProblem> problems = [];
        float?[] numbers = new float?[names.Length];
        foreach ((string name, float value) in byName)
        {
            int label = Array.IndexOf(names, name);
            if (label < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < names.Length) label = number;
            if (label < 0)
            {
                string some = names.Length > 20 ? $"{string.Join(", ", names.Take(20))}, …" : string.Join(", ", names);
                problems.Add(Problem($"has '{name}', which is no class; the classes are {some}{Suggestion.DidYouMean(name, names)}"));
            }
            else if (!(value >= Least) || !float.IsFinite(value))
            {
                problems.Add(Problem(string.Create(CultureInfo.InvariantCulture, $"has {value} for class '{name}'; give a number of at least {Least}")));
            }
            else if (numbers[label] is not null) problems.Add(Problem($"has class '{names[label]}' twice, by name and by number; give it once"));
            else numbers[label] = value;
        }

        InvalidInputException.ThrowIfAny(problems);
        return [.. numbers.Select(value => value ?? 1f)];
    }

    /// <summary>A problem of the setting.</summary>
    /// <param name="problem">What is wrong and what would be right.</param>
    public SettingProblem Problem(string problem) => new(Setting, problem);

    /// <summary>The classes' names, or their numbers.</summary>
    /// <param name="names">The names; null: none.</param>
    /// <param name="classes">How many classes there are.</param>
    public static string[] NamesOf(IReadOnlyList<string>? names, int classes) =>
        [.. names ?? [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))]];
}
