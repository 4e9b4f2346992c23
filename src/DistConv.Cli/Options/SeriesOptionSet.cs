using System.CommandLine;
using System.CommandLine.Parsing;
using DistConv.Cli.Output;
using DistConv.Core;

namespace DistConv.Cli.Options;

/// <summary><c>--seeds</c> and <c>--parallel</c>: several jobs instead of one.</summary>
internal sealed class SeriesOptionSet
{
    /// <summary>A series has at most so many jobs.</summary>
    public const int MostJobs = 64;

    /// <summary>How many jobs a cluster trains at once if nothing else is said; this machine trains one.</summary>
    public const int ParallelInACluster = 2;

    /// <summary>The name of the option that lists seeds.</summary>
    public const string SeedsName = "--seeds";

    private readonly Option<string?> _seeds = CommonOptions.Text(
        SeedsName, "LIST", $"Train a job for each of these seeds, as 1-5 or 1,3,7 (at most {MostJobs}), and sum them up; the same command continues.");

    private readonly Option<int?> _parallel = NumberOption.Whole(
        "--parallel", "N", $"Jobs of a series that are trained at once [default: 1, in a cluster {ParallelInACluster}].", 1, 16);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_seeds);
        command.Add(_parallel);
    }

    /// <summary>Reads the seeds.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="single">The option of a single seed, which excludes the list.</param>
    /// <returns>The seeds, each once; null if none are listed.</returns>
    /// <exception cref="InvalidInputException">It is no list of seeds, or both are given.</exception>
    public IReadOnlyList<ulong>? ReadSeeds(ParseResult parsed, Option single)
    {
        if (parsed.GetValue(_seeds) is not { } text) return null;
        if (parsed.GetResult(single) is { Implicit: false })
            throw new InvalidInputException($"{SeedsName} and {single.Name} exclude each other; give one of them");
        return SeedList.Parse(SeedsName, text);
    }

    /// <summary>Reads how many jobs are trained at once; null if nothing is said.</summary>
    public int? ReadParallel(ParseResult parsed) => parsed.GetValue(_parallel);

    /// <summary>A command line as it was given, to be given again.</summary>
    /// <param name="parsed">The command line.</param>
    public static string CommandText(ParseResult parsed) =>
        string.Join(' ', ["distconv", .. parsed.Tokens.Where(token => token.Type != TokenType.DoubleDash).Select(token => Format.ShellWord(token.Value))]);
}
