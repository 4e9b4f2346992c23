using System.Formats.Tar;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Reports;

/// <summary>
/// <c>--out -</c>: a tar archive on standard output with what <see cref="OutFolder"/> would hold. It is written when all of it is there, and so is complete or
/// empty.
/// </summary>
internal sealed class OutArchive : IResultTarget
{
    private readonly DirectoryInfo _staging = Directory.CreateTempSubdirectory("distconv-out-");
    private readonly OutFolder _folder;
    private readonly Stream _archive;

    private OutArchive(IConsoleOutput output) => (_archive, _folder) = (output.TakeResults(), OutFolder.Prepare(_staging.FullName, output));

    /// <summary>Takes standard output: from now on results go to standard error.</summary>
    /// <exception cref="Core.InvalidInputException">It is a terminal.</exception>
    public static OutArchive Prepare(IConsoleOutput output) => new(output);

    /// <inheritdoc/>
    public async Task<RunReport> FillAsync(RunReport report, NamedSource source)
    {
        RunReport staged = await _folder.FillAsync(report, source);
        RunReport archived = staged with
        {
            OutDirectory = ".",
            Initial = InArchive(staged.Initial),
            Final = InArchive(staged.Final),
            Best = InArchive(new[] { staged.Final, staged.Initial }.FirstOrDefault(copy => copy?.Step == staged.Best?.Step)),
            FiltersPicture = Path.GetFileName(staged.FiltersPicture),
            LossPicture = Path.GetFileName(staged.LossPicture),
        };
        _folder.WriteResult(archived.ToJson());
        await using (TarWriter tar = new(_archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (FileInfo file in _staging.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
                await tar.WriteEntryAsync(file.FullName, file.Name);
        }

        await _archive.FlushAsync();
        return report;
    }

    /// <inheritdoc/>
    public void Dispose() => _staging.Delete(recursive: true);

    private static SnapshotHead? InArchive(SnapshotHead? head) => head is { } copy ? copy with { Path = Path.GetFileName(copy.Path) } : null;
}
