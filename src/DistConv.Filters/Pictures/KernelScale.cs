using DistConv.Filters.Kernels;
using DistConv.Images.Drawing;
using SkiaSharp;

namespace DistConv.Filters.Pictures;

/// <summary>What has the strongest colour.</summary>
public enum ScaleUnit
{
    /// <summary>The largest magnitude of the layer: filters can be compared with each other.</summary>
    Layer,

    /// <summary>The largest magnitude of each filter: faint filters are seen as well as strong ones.</summary>
    Filter,
}

/// <summary>
/// The colours of a layer's weights, the same at all times that are shown: zero is in the middle, and the largest magnitude has the strongest colour. In a
/// layer of more than 1,000 weights, that is the magnitude which 99.5 % of them do not exceed: a few far larger ones would make all others pale.
/// </summary>
public sealed class KernelScale
{
    private const int FewWeights = 1000;
    private const double Shown = 0.995;

    private readonly ScaleUnit _unit;
    private readonly bool _isGrey;
    private readonly float[] _limits;
    private readonly float _largest;

    private KernelScale(ScaleUnit unit, bool isGrey, float[] limits, float largest) => (_unit, _isGrey, _limits, _largest) = (unit, isGrey, limits, largest);

    /// <summary>The magnitude that has the strongest colour; for <see cref="ScaleUnit.Filter"/> the largest of them.</summary>
    public float Limit => _limits.Max();

    /// <summary>One scale for a layer at one or several times.</summary>
    /// <param name="times">The layer's kernels, of one shape, at least one.</param>
    /// <param name="unit">What has the strongest colour.</param>
    /// <param name="isGrey">Black to white instead of blue to red.</param>
    /// <returns>The scale.</returns>
    public static KernelScale Of(IReadOnlyList<LayerKernels> times, ScaleUnit unit = ScaleUnit.Layer, bool isGrey = false)
    {
        ArgumentNullException.ThrowIfNull(times);
        var limits = new float[times[0].Shape.OutC];
        foreach (LayerKernels layer in times)
        {
            ReadOnlySpan<float> values = layer.Values.Span; // The filter is the last dimension.
            for (int i = 0; i < values.Length; i++) limits[i % limits.Length] = Math.Max(limits[i % limits.Length], Math.Abs(values[i]));
        }

        float largest = limits.Max();
        if (unit == ScaleUnit.Layer) Array.Fill(limits, times[0].Values.Length > FewWeights ? times.Max(UsualMagnitude) : largest);
        return new KernelScale(unit, isGrey, limits, largest);
    }

    /// <summary>A weight's colour.</summary>
    /// <param name="filter">Its filter.</param>
    /// <param name="weight">The weight.</param>
    /// <returns>The colour of weight / limit; the middle one in a filter of zeros.</returns>
    public SKColor Colour(int filter, float weight) => Colour(_limits[filter] > 0 ? weight / _limits[filter] : weight);

    /// <summary>What the colours mean, and the number at the end of the scale.</summary>
    internal (string Title, string End) Meaning => (_unit, _largest > Limit) switch
    {
        (ScaleUnit.Filter, _) => ($"weight / m, m = largest |weight| of each filter ({Text(_limits.Min())} … {Text(Limit)})", "1"),
        (ScaleUnit.Layer, true) => ($"weight (up to ±{Text(_largest)}; up to 0.5 % of the weights are clipped to the ends of the scale)", Text(Limit)),
        (ScaleUnit.Layer, false) => ("weight", Text(Limit)),
        _ => throw new InvalidOperationException($"no legend for a scale of each {_unit}"),
    };

    /// <summary>What the colours mean, in numbers.</summary>
    /// <returns>A colour bar.</returns>
    public Panel Legend()
    {
        (string title, string end) = Meaning;
        return new ColourBar(title, at => Colour((2 * at) - 1), [$"−{end}", "0", $"+{end}"], 180);
    }

    private static float UsualMagnitude(LayerKernels layer)
    {
        float[] magnitudes = [.. layer.Values.ToArray().Select(Math.Abs)];
        Array.Sort(magnitudes);
        return magnitudes[(int)(Shown * (magnitudes.Length - 1))] is > 0 and var usual ? usual : magnitudes[^1];
    }

    private static string Text(float value) => $"{value:G3}";

    private SKColor Colour(double share) => _isGrey ? Palette.SignedGrey(share) : Palette.Diverging(share);
}
