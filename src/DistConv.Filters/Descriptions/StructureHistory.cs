using DistConv.Core;
using DistConv.Core.Layers.Conv2D;
using DistConv.Filters.Kernels;

namespace DistConv.Filters.Descriptions;

/// <summary>When a filter became structured: after one record of its layer, and by the next one.</summary>
/// <param name="After">The step of the last record in which it was not structured; null: it was in the first record.</param>
/// <param name="By">The step of the first record since which it has been.</param>
public readonly record struct StructureOnset(long? After, long By);

/// <summary>
/// When the filters of a layer became structured. An untrained filter passes for structured by chance in <see cref="ChanceLevel.Level"/> of all cases, so
/// a filter counts only if it is structured in <see cref="LeastRecords"/> records in a row, up to the newest one. Not for several threads.
/// </summary>
public sealed class StructureHistory
{
    /// <summary>How many records in a row a filter has to be structured in.</summary>
    public const int LeastRecords = 3;

    private readonly Conv2DShape _shape;
    private readonly PlaneDescriber _describer;
    private readonly SortedDictionary<long, bool[]> _structured = [];

    /// <summary>A history without records.</summary>
    /// <param name="layer">The layer at any time: its geometry and its initialiser.</param>
    /// <exception cref="InvalidInputException">A kernel plane has more than <see cref="PlaneBasis.MaxTaps"/> taps.</exception>
    public StructureHistory(LayerKernels layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        LayerDescriber.EnsureDescribable(layer);
        _shape = layer.Shape;
        _describer = new PlaneDescriber(_shape.KH, _shape.KW, LayerDescriber.Simulate(layer, _shape.InC));
    }

    /// <summary>The steps of the records, ascending.</summary>
    public IReadOnlyCollection<long> Steps => _structured.Keys;

    /// <summary>Adds a record.</summary>
    /// <param name="step">Its step; a record of this step is replaced.</param>
    /// <param name="kernels">The layer then.</param>
    public void Add(long step, LayerKernels kernels)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        int taps = _shape.KH * _shape.KW;
        _structured[step] = [.. LayerDescriber.Filters(kernels).Select(filter => _describer.IsStructured(PrincipalPlane.Of(filter, taps).Values))];
    }

    /// <summary>When a filter became structured.</summary>
    /// <param name="filter">The filter.</param>
    /// <returns>Null if it has not been structured for long enough.</returns>
    public StructureOnset? Onset(int filter)
    {
        int records = 0;
        long by = 0;
        foreach ((long step, bool[] structured) in _structured.Reverse())
        {
            if (!structured[filter]) return records >= LeastRecords ? new StructureOnset(step, by) : null;
            (records, by) = (records + 1, step);
        }

        return records >= LeastRecords ? new StructureOnset(null, by) : null;
    }
}
