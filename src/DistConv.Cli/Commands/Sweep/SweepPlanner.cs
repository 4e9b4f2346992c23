using System.CommandLine;
using System.CommandLine.Parsing;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Series;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Client.Series;
using DistConv.Core;

namespace DistConv.Cli.Commands.Sweep;

/// <summary>Makes the jobs of a sweep: each is the command line with its own values, read as <c>train</c> reads it.</summary>
/// <param name="options">The options of <c>train</c>.</param>
/// <param name="parsed">The command line.</param>
/// <param name="grid">What is varied.</param>
/// <param name="problem">What is wrong with a command line, in one line; null: nothing.</param>
/// <param name="context">The command line's surroundings.</param>
internal sealed class SweepPlanner(TrainOptions options, ParseResult parsed, SweepGrid grid, Func<ParseResult, string?> problem, CliContext context)
{
    /// <summary>The option that says what is varied.</summary>
    public const string Vary = "--vary";

    private readonly Dictionary<string, List<string>> _problems = new(StringComparer.Ordinal);

    /// <summary>Plans all jobs.</summary>
    /// <returns>The series, and the request of its first job, which says how all of them run.</returns>
    /// <exception cref="InvalidInputException">Some cannot be trained: each reason with the values that have it.</exception>
    public async Task<(SeriesPlan Plan, TrainRequest Request)> PlanAsync()
    {
        string[] common = [.. CommonTokens()];
        if (grid.Names.FirstOrDefault(name => common.Contains($"--{name}")) is { } twice)
            throw new InvalidInputException($"--{twice} is given, and {Vary} has '{twice}'; leave one of them out");
        List<(IReadOnlyList<string> Values, TrainingPlan Plan)> plans = [];
        TrainRequest? first = null;
        OpenedData? opened = null;
        foreach (IReadOnlyList<string> values in grid.Combinations)
        {
            try
            {
                TrainRequest request = Read([.. common, .. Tokens(values)]);
                if (first is null) TrainSeries.EnsureCanBeASeries(request);
                first ??= request;
                opened ??= new OpenedData(request.Run.Data);
                plans.Add((values, await TrainSeries.PlanAsync(request, opened, context)));
            }
            catch (InvalidInputException e)
            {
                string message = OptionSpelling.Apply(e.Message);
                if (!_problems.TryGetValue(message, out List<string>? those)) _problems[message] = those = [];
                those.Add(Describe(values));
            }
        }

        EnsureNoProblem();
        return (Name(plans, first!.Job), first);
    }

    private SeriesPlan Name(List<(IReadOnlyList<string> Values, TrainingPlan Plan)> plans, string? given)
    {
        string name = SeriesPlan.NameOf(given, plans[0].Plan.Specification);
        SeriesMember[] members = [.. plans.Select(job =>
            new SeriesMember(new SeriesJob(SeriesPlan.IdOf(name, SeriesPlan.Digits(job.Plan.Specification)), job.Plan), job.Values))];
        IGrouping<string, SeriesMember>? same = members.GroupBy(member => member.Job.Id).FirstOrDefault(group => group.Count() > 1);
        if (same is not null)
            throw new InvalidInputException(
                $"{Vary} makes the same job several times: {string.Join(" and ", same.Select(member => Describe(member.Values)))}; leave one of them out");
        return new SeriesPlan(name, grid.Names, members);
    }

    private TrainRequest Read(string[] tokens)
    {
        ParseResult own = parsed.RootCommandResult.Command.Parse(tokens, parsed.Configuration);
        if (problem(own) is { } line) throw new InvalidInputException(line);
        return options.Read(own, context);
    }

    /// <summary>The command line without what is varied.</summary>
    private IEnumerable<string> CommonTokens()
    {
        bool isVaried = false;
        foreach (Token token in parsed.Tokens)
        {
            bool begins = token.Type == TokenType.Option && token.Value is Vary or SeriesOptionSet.SeedsName;
            if (!begins && !isVaried) yield return token.Value;
            isVaried = begins;
        }
    }

    private IEnumerable<string> Tokens(IReadOnlyList<string> values) =>
        grid.Names.Zip(values).Where(pair => pair.Second != SweepGrid.Default).Select(pair => $"--{pair.First}={pair.Second}");

    private string Describe(IReadOnlyList<string> values) => string.Join(", ", grid.Names.Zip(values, (name, value) => $"{name} {value}"));

    private void EnsureNoProblem()
    {
        const int mostNamed = 3;
        if (_problems.Count == 0) return;
        int jobs = _problems.Values.Sum(those => those.Count);
        IEnumerable<string> lines = _problems.Select(problem =>
        {
            string more = problem.Value.Count > mostNamed ? $"; and {problem.Value.Count - mostNamed} more" : "";
            return problem.Value.Count == grid.Combinations.Count ? problem.Key : $"{problem.Key} ({string.Join("; ", problem.Value.Take(mostNamed))}{more})";
        });
        string what = string.Join("; ", lines);
        throw new InvalidInputException(jobs == grid.Combinations.Count && _problems.Count == 1
            ? what : $"{jobs} of {grid.Combinations.Count} jobs cannot be trained: {what}");
    }
}
