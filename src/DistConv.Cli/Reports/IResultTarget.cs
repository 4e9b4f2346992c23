using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;

namespace DistConv.Cli.Reports;

/// <summary>Where the result of a job goes: <c>--out</c>, with the first and the last snapshot and the pictures, or the job's folder, with the pictures
/// alone.</summary>
internal interface IResultTarget : IDisposable
{
    /// <summary>Copies the snapshots, checks the copies, draws the pictures, and writes the result.</summary>
    /// <param name="report">The report at the end of a job.</param>
    /// <param name="source">Where the snapshots come from.</param>
    /// <returns>The report with the paths of copies and pictures, if they have any.</returns>
    Task<RunReport> FillAsync(RunReport report, NamedSource source);
}

/// <summary>Makes what <c>--out</c> names.</summary>
internal static class ResultTargets
{
    /// <summary>What stands for standard output.</summary>
    public const string Archive = "-";

    /// <summary>Makes the folder, or takes standard output for an archive, and tries whether that can be written, before hours are spent.</summary>
    /// <param name="path">What <c>--out</c> named, or null.</param>
    /// <param name="output">The streams.</param>
    /// <returns>Null without a path.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be made or written, or standard output is a terminal.</exception>
    public static IResultTarget? Prepare(string? path, IConsoleOutput output) => path switch
    {
        null => null,
        Archive => OutArchive.Prepare(output),
        _ => OutFolder.Prepare(path, output),
    };
}
