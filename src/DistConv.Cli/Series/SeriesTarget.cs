using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Core;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Series;

/// <summary>Where the results of a series go.</summary>
internal static class SeriesTarget
{
    /// <summary>Tries whether they can be written, before hours are spent.</summary>
    /// <exception cref="InvalidInputException">They cannot, or a series cannot go there.</exception>
    public static void Prepare(SeriesRun run, IConsoleOutput output)
    {
        if (run.Out == ResultTargets.Archive) throw new InvalidInputException("--out - is for a single job; name a folder, which gets one for each job");
        if (run.Out is { } folder) OutFolder.Prepare(folder, output).Dispose();
        if (run.Csv is { } csv && Directory.Exists(csv)) throw new InvalidInputException($"--csv '{csv}' is a folder; name a file in it");
        if (run.Csv is not null && Path.GetDirectoryName(Path.GetFullPath(run.Csv)) is { } parent) OutFolder.Prepare(parent, output).Dispose();
    }

    /// <summary>Writes copies and pictures of a job that has ended.</summary>
    /// <param name="run">How the series is run.</param>
    /// <param name="report">The job.</param>
    /// <param name="wasDone">Whether it was done before the series began.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="output">Gets warnings.</param>
    /// <returns>The report with the paths.</returns>
    public static async Task<RunReport> FillAsync(SeriesRun run, RunReport report, bool wasDone, NamedSource source, IConsoleOutput output)
    {
        if (run.Out is { } folder)
        {
            using OutFolder copies = OutFolder.Prepare(Path.Combine(folder, report.Job), output);
            return await copies.FillAsync(report, source);
        }

        if (wasDone || source.Name.IsRemote || report.State == JobState.Failed) return report;
        using JobFolderPictures pictures = new(output);
        return await pictures.FillAsync(report, source);
    }
}
