using DistConv.Client.Datasets;

namespace DistConv.Client.Planning;

/// <summary>Data sets that have been opened, so that the jobs of a series share them. Not for several threads.</summary>
/// <param name="options">Where they may be.</param>
internal sealed class OpenedData(DataOptions options)
{
    private readonly Dictionary<TrainingData, LocatedData> _opened = [];

    /// <summary>Gets warnings.</summary>
    public Action<string> Warn => options.Warn;

    /// <summary>Opens a data set, unless it has been opened before.</summary>
    /// <param name="data">Which one.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="Core.InvalidInputException">There is no such data set, it is damaged, or it cannot be fetched.</exception>
    public async Task<LocatedData> OpenAsync(TrainingData data, CancellationToken cancellation)
    {
        if (!_opened.TryGetValue(data, out LocatedData located)) _opened[data] = located = await DataLocator.OpenAsync(data, options, cancellation);
        return located;
    }
}
