using System.Text.Json.Nodes;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Reports;

/// <summary>The folder of <c>--out</c>: <c>initial.dcs</c>, <c>final.dcs</c>, <c>filters.png</c>, <c>loss.png</c> and <c>result.json</c>, each complete or not
/// there.</summary>
internal sealed class OutFolder : IResultTarget
{
    private const int Attempts = 3;

    private readonly JobPictures _pictures;

    private OutFolder(string path, IConsoleOutput output) => (FullPath, _pictures) = (path, new JobPictures(output));

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Makes the folder and tries whether files can be written.</summary>
    /// <exception cref="InvalidInputException">It cannot be made or written.</exception>
    public static OutFolder Prepare(string path, IConsoleOutput output)
    {
        try
        {
            string folder = Directory.CreateDirectory(path).FullName;
            string probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            return new OutFolder(folder, output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidInputException($"--out '{path}' cannot be written ({e.Message.ReplaceLineEndings(" ")}); name another folder", e);
        }
    }

    /// <inheritdoc/>
    public async Task<RunReport> FillAsync(RunReport report, NamedSource source)
    {
        RunReport copied = report with
        {
            OutDirectory = FullPath,
            Initial = await CopyAsync(report.Job, report.Initial, "initial", source),
            Final = await CopyAsync(report.Job, report.Final, "final", source),
        };
        RunReport here = _pictures.Draw(copied, (await source.Jobs.ReadTableAsync(report.Job, CancellationToken.None)).Steps);
        WriteResult(here.ToJson());
        return here;
    }

    /// <summary>Writes <c>result.json</c>.</summary>
    public void WriteResult(JsonObject json) =>
        Publish(Path.Combine(FullPath, "result.json"), temporary => File.WriteAllText(temporary, json.ToString() + "\n"));

    /// <inheritdoc/>
    public void Dispose()
    {
        // The folder stays.
    }

    private async Task<SnapshotHead?> CopyAsync(string job, SnapshotHead? snapshot, string name, NamedSource source)
    {
        if (snapshot is not { } head) return null;
        string target = Path.Combine(FullPath, name + SnapshotFile.Ending), temporary = target + ".tmp";
        for (int attempt = 1; ; attempt++)
        {
            await using (FileStream stream = new(temporary, FileMode.Create, FileAccess.ReadWrite)) await source.Jobs.CopyAsync(
                job, head, stream, CancellationToken.None);
            try
            {
                SnapshotFile.Verify(temporary);
                break;
            }
            catch (InvalidInputException) when (attempt < Attempts)
            {
                // What travels can be damaged on the way.
            }
        }

        Publish(target, _ => { });
        return head with { Path = target };
    }

    private static void Publish(string path, Action<string> write)
    {
        string temporary = path + ".tmp";
        write(temporary);
        File.Move(temporary, path, overwrite: true);
    }
}
