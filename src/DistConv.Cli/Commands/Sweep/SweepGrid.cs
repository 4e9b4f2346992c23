using System.Globalization;
using DistConv.Cli.Options;
using DistConv.Core;

namespace DistConv.Cli.Commands.Sweep;

/// <summary>What a sweep varies: each combination of the values is a job.</summary>
/// <param name="Names">The options, without their dashes.</param>
/// <param name="Combinations">The values of each job, in the order of the names.</param>
internal sealed record SweepGrid(IReadOnlyList<string> Names, IReadOnlyList<IReadOnlyList<string>> Combinations)
{
    /// <summary>A value that means that the option is not given.</summary>
    public const string Default = "default";

    /// <summary>The options of <c>train</c> that change what is learned, and by whose values jobs on the same data can be compared.</summary>
    public static IReadOnlyList<string> Variables { get; } =
    [
        "model", "recipe", "optimizer", "learning-rate", "batch", "schedule", "warmup", "weight-decay", "momentum", "nesterov", "clip-norm", "augment",
        "label-smoothing", "class-weights", "oversample", "loss", "epochs", "steps", "samples", "shards", "initial-weights", "validation-split", "early-stop",
        "image-size", "image-color", "image-fit", "seed",
    ];

    /// <summary>Reads "learning-rate=0.1,0.01" and the like. Values that have commas themselves are separated by '|', or an option is named again.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="seeds">Seeds that are listed beside them, or null.</param>
    /// <exception cref="InvalidInputException">A text is none such, an option cannot be varied, or there are too many combinations; all problems at
    /// once.</exception>
    public static SweepGrid Parse(IReadOnlyList<string> texts, IReadOnlyList<ulong>? seeds)
    {
        Dictionary<string, List<string>> values = new(StringComparer.Ordinal);
        List<string> problems = [];
        foreach (string text in texts)
        {
            string[] parts = text.Split('=', 2);
            string name = parts[0].TrimStart('-');
            if (!Variables.Contains(name))
                problems.Add($"--vary has '{name}', which cannot be varied; choose one of: {string.Join(", ", Variables)}"
                    + Suggestion.DidYouMean(name, [.. Variables]));
            else if (parts.Length < 2 || parts[1].Length == 0) problems.Add($"--vary has '{text}', which has no values; give {name}=VALUE,VALUE");
            else if (Read(name, parts[1], problems) is { } read) (values.TryGetValue(name, out List<string>? known) ? known : values[name] = []).AddRange(read);
        }

        if (seeds is not null && !values.TryAdd("seed", [.. seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture))]))
            problems.Add($"{SeriesOptionSet.SeedsName} is given, and --vary has 'seed'; leave one of them out");
        foreach ((string name, List<string> list) in values)
        {
            if (list.Distinct(StringComparer.Ordinal).Count() < list.Count) problems.Add($"--vary has a value of '{name}' twice");
        }

        if (texts.Count == 0) problems.Add("--vary is missing; say what differs between the jobs, as --vary learning-rate=0.1,0.01 --vary batch=64,128");
        if (problems.Count == 0) EnsureFew(values, problems);
        if (problems.Count > 0) throw new InvalidInputException(string.Join("; ", problems));
        return new SweepGrid([.. values.Keys], Combine([.. values.Values]));
    }

    /// <summary>Whether the option of a name has commas in its values.</summary>
    private static bool HasLists(string name) => name is "augment" or "class-weights" or "oversample";

    private static string[]? Read(string name, string text, List<string> problems)
    {
        if (name == "seed")
        {
            try
            {
                return [.. SeedList.Parse("--vary seed", text).Select(seed => seed.ToString(CultureInfo.InvariantCulture))];
            }
            catch (InvalidInputException e)
            {
                problems.Add(e.Message);
                return null;
            }
        }

        string[] values = HasLists(name) || text.Contains('|', StringComparison.Ordinal) ? text.Split('|') : text.Split(',');
        if (values.All(value => value.Length > 0)) return values;
        problems.Add($"--vary has '{name}={text}', in which a value is empty; '{Default}' leaves the option out");
        return null;
    }

    private static void EnsureFew(Dictionary<string, List<string>> values, List<string> problems)
    {
        double combinations = values.Values.Aggregate(1.0, (product, list) => product * list.Count);
        if (combinations <= SeriesOptionSet.MostJobs) return;
        string factors = string.Join(" × ", values.Select(pair => $"{pair.Value.Count} of {pair.Key}"));
        problems.Add($"--vary makes {combinations:N0} jobs ({factors}), and a sweep has at most {SeriesOptionSet.MostJobs}; leave out some values");
    }

    private static List<IReadOnlyList<string>> Combine(IReadOnlyList<List<string>> values)
    {
        List<IReadOnlyList<string>> all = [[]];
        foreach (List<string> list in values) all = [.. all.SelectMany(start => list.Select(value => (IReadOnlyList<string>)[.. start, value]))];
        return all;
    }
}
