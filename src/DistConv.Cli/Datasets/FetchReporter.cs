using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Training.Data.Fetch;

namespace DistConv.Cli.Datasets;

/// <summary>Says how far a download is: a line for each tenth of a file, but at most one a second, and at least one every ten seconds; one for each whole
/// file.</summary>
internal sealed class FetchReporter(CliContext context)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(10);

    private string? _file;
    private long _lastTenth;
    private long _lastTime;

    /// <summary>Called as bytes arrive.</summary>
    public void Report(FetchProgress progress)
    {
        RemoteFile file = progress.File;
        if (progress.Ended)
        {
            context.Output.Say($"  {file.Name}  {Format.Bytes(progress.Received)}, verified");
            return;
        }

        long tenth = progress.Received * 10 / file.Bytes;
        if (_file != file.Name)
        {
            (_file, _lastTenth, _lastTime) = (file.Name, tenth, context.Time.GetTimestamp());
            return;
        }

        TimeSpan pause = context.Time.GetElapsedTime(_lastTime);
        if (pause < ShortestPause || (tenth == _lastTenth && pause < LongestPause)) return;
        (_lastTenth, _lastTime) = (tenth, context.Time.GetTimestamp());
        context.Output.Say(
            $"  {file.Name}  {Math.Min(100, progress.Received * 100 / file.Bytes)} % ({Format.Bytes(progress.Received)} of {Format.Bytes(file.Bytes)})");
    }
}
