using System.Security.Cryptography;
using System.Text;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client.Series;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Cli.Series;

/// <summary>The jobs of a series, and what differs between them.</summary>
/// <param name="Name">With which the ids of its jobs begin.</param>
/// <param name="Columns">What differs, as options are called without their dashes: "learning-rate".</param>
/// <param name="Members">The jobs.</param>
internal sealed record SeriesPlan(string Name, IReadOnlyList<string> Columns, IReadOnlyList<SeriesMember> Members)
{
    /// <summary>The column of seeds, over which figures are averaged.</summary>
    public const string SeedColumn = "seed";

    /// <summary>The jobs alone.</summary>
    public IReadOnlyList<SeriesJob> Jobs { get; } = [.. Members.Select(member => member.Job)];

    /// <summary>Some digits of a hash of a specification: the same command finds its jobs again.</summary>
    public static string Digits(JobSpec spec) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec.ToJson())))[..8];

    /// <summary>A series' name: the one that is given, or the data set's with digits of what its jobs have in common.</summary>
    /// <param name="given">What was given, or null.</param>
    /// <param name="spec">One of the specifications.</param>
    public static string NameOf(string? given, JobSpec spec)
    {
        if (given is not null) return given;
        const int most = 24;
        char[] letters = [.. Format.DataName(spec.Data).ToLowerInvariant().Select(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : '-')];
        string data = new string(letters).Trim('-');
        return $"{(data.Length == 0 ? "job" : data[..int.Min(data.Length, most)].TrimEnd('-'))}-{Digits(spec with { Seed = 0 })}";
    }

    /// <summary>A job's id.</summary>
    /// <exception cref="InvalidInputException">The name is too long for it.</exception>
    public static string IdOf(string name, string ending)
    {
        string id = $"{name}-{ending}";
        return JobStore.IsJobId(id) ? id
            : throw new InvalidInputException($"--job {JobStore.InvalidId(name).Problem}; the jobs of a series add '-{ending}' to it, so give a shorter one");
    }
}

/// <summary>A job of a series.</summary>
/// <param name="Job">The job.</param>
/// <param name="Values">Its values of what differs, in the order of the columns.</param>
internal sealed record SeriesMember(SeriesJob Job, IReadOnlyList<string> Values);

/// <summary>How a series is run.</summary>
/// <param name="Run">How each job runs.</param>
/// <param name="Kernel">The kernels.</param>
/// <param name="Parallel">How many jobs are trained at once.</param>
/// <param name="Command">The command line, which continues the series.</param>
internal sealed record SeriesRun(RunRequest Run, KernelSet Kernel, int Parallel, string Command)
{
    /// <summary>A folder with a folder for the copies of each job's results, or null.</summary>
    public string? Out { get; init; }

    /// <summary>A file for the table, or null.</summary>
    public string? Csv { get; init; }
}
