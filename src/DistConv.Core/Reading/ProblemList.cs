using System.Text.RegularExpressions;

namespace DistConv.Core.Reading;

/// <summary>All that is wrong with a model file, so that a person sees it at once.</summary>
/// <param name="source">The beginning of each message.</param>
/// <param name="listOfLayers">What messages about unknown layers end with; several problems have it only once.</param>
internal sealed partial class ProblemList(string source, string? listOfLayers = null)
{
    private const int MaxShown = 8;

    private readonly List<InvalidInputException> _errors = [];

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool IsEmpty => _errors.Count == 0;

    /// <summary>Does it, or adds why it cannot be done.</summary>
    /// <param name="read">What to do.</param>
    /// <returns>What it gives; the default: it cannot be done.</returns>
    public T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidInputException error)
        {
            Add(error);
            return default;
        }
    }

    /// <inheritdoc cref="Try{T}(Func{T})"/>
    public void Try(Action act) => Try(() =>
    {
        act();
        return true;
    });

    /// <summary>Adds a problem.</summary>
    /// <param name="error">Its message begins as all do.</param>
    public void Add(InvalidInputException error) => _errors.Add(error);

    /// <summary>Throws if there is a problem: a single one as it is, several as a list.</summary>
    /// <exception cref="InvalidInputException">There is one.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0) throw ToException();
    }

    /// <summary>What <see cref="ThrowIfAny"/> throws: there is a problem.</summary>
    public InvalidInputException ToException()
    {
        SettingProblem[] all = [.. _errors.Select(ToProblem).OrderBy(one => one.Layer).Select(one => one.Problem)];
        if (all.Length == 1) return new InvalidInputException(_errors[0].Message, all);
        SettingProblem[] problems = listOfLayers is null ? all
            : [.. all.Select(problem => problem with { Problem = problem.Problem.Replace(listOfLayers, "", StringComparison.Ordinal) })];
        string list = string.Join("; ", problems.Take(MaxShown).Select(problem => $"{problem.Setting}: {problem.Problem}"));
        string more = problems.Length > MaxShown ? $"; and {problems.Length - MaxShown} more" : "";
        bool isCut = all.Zip(problems, (full, cut) => full != cut).Any(changed => changed);
        return new InvalidInputException($"{source}: {problems.Length} problems: {list}{more}{(isCut ? listOfLayers : "")}", problems);
    }

    /// <summary>The problem, and the number of its layer.</summary>
    private (int Layer, SettingProblem Problem) ToProblem(InvalidInputException error)
    {
        string text = error.Message.StartsWith($"{source}: ", StringComparison.Ordinal) ? error.Message[(source.Length + 2)..] : error.Message;
        Match layer = Layer().Match(text);
        return layer.Success && int.TryParse(layer.Groups["number"].ValueSpan, out int number)
            ? (number, new SettingProblem(layer.Groups["layer"].Value, text[layer.Length..]))
            : (0, new SettingProblem("model", text));
    }

    [GeneratedRegex(@"^(?<layer>layer (?<number>\d+)( '[^']*')?( \([^)]*\))?):? ")]
    private static partial Regex Layer();
}
