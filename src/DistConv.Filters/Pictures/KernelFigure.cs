using DistConv.Filters.Kernels;
using DistConv.Images.Drawing;

namespace DistConv.Filters.Pictures;

/// <summary>How weights become colours.</summary>
/// <param name="Unit">What has the strongest colour.</param>
/// <param name="IsGrey">Black to white instead of blue to red.</param>
public sealed record KernelLook(ScaleUnit Unit = ScaleUnit.Layer, bool IsGrey = false);

/// <summary>The kernels of a network's layers, one layer below the other, at one time or at several side by side. A layer has one scale for all
/// times.</summary>
public static class KernelFigure
{
    /// <summary>Lays a picture out.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="subtitle">Whose kernels these are.</param>
    /// <param name="moments">The times, from the left; with the same layers, at least one.</param>
    /// <param name="look">The colours.</param>
    /// <returns>The picture.</returns>
    public static Figure Of(string title, string subtitle, IReadOnlyList<KernelMoment> moments, KernelLook look)
    {
        ArgumentNullException.ThrowIfNull(moments);
        ArgumentNullException.ThrowIfNull(look);
        Part[] parts = [.. moments[0].Layers.Index().Select(layer => new Part([.. moments.Select(moment => moment.Layers[layer.Index])], look))];
        float width = parts.Max(part => part.Panels.Max(panel => panel.Size.Width));
        string[] captions = [.. moments.Select(moment => moment.Caption)];
        return new Figure(title, subtitle, new Column(22, Align.Start, [.. parts.Select(part => part.Layout(captions, width))]), Notes(moments.Count, look));
    }

    /// <summary>What a layer is, in a line.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>Its heading.</returns>
    internal static Label Heading(LayerKernels layer)
    {
        string channels = layer.Shape.InC == 1 ? "1 input channel" : $"{layer.Shape.InC} input channels";
        return new Label($"{layer.Name}: {layer.Shape.OutC} filters of {layer.Shape.KH} × {layer.Shape.KW} taps on {channels}", TextStyle.Heading);
    }

    /// <summary>How to read a picture of kernels.</summary>
    private static string Notes(int moments, KernelLook look)
    {
        string colours = look.IsGrey
            ? "White weights add what they lie on, black ones subtract it, and middle grey ones ignore it"
            : "Red weights add what they lie on, blue ones subtract it, and white ones ignore it";
        string scale = (look.Unit, moments) switch
        {
            (ScaleUnit.Layer, 1) => "All filters of a layer have one scale, so colours can be compared between them.",
            (ScaleUnit.Layer, _) => "All filters of a layer have one scale, before and after: where a colour has changed, training has moved the weight.",
            (ScaleUnit.Filter, 1) => "Each filter has a scale of its own: colours cannot be compared between filters.",
            (ScaleUnit.Filter, _) => "Each filter has a scale of its own, before and after: where a colour has changed, training has moved the weight; "
                + "colours cannot be compared between filters.",
            _ => throw new InvalidOperationException($"no words for a scale of each {look.Unit}"),
        };
        return $"A square is one weight, and a block of squares is what one filter lays on one input channel, the way up that the input has (no flip). "
            + $"{colours}; "
            + $"the stronger the colour, the more. {scale} Filters and channels are numbered from 0.";
    }

    /// <summary>How large the weights are, and how far they moved, in numbers.</summary>
    private static string Spread(IReadOnlyList<LayerKernels> times)
    {
        string sizes = string.Join(", then ", times.Select(time => $"{RootMeanSquare(time.Values.Span):G3}"));
        if (times.Count == 1) return $"root mean square of the weights: {sizes}";
        ReadOnlySpan<float> first = times[0].Values.Span, last = times[^1].Values.Span;
        var moved = new float[first.Length];
        for (int i = 0; i < moved.Length; i++) moved[i] = last[i] - first[i];
        return $"root mean square of the weights: {sizes}; of their change: {RootMeanSquare(moved):G3}";
    }

    private static double RootMeanSquare(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values) sum += (double)value * value;
        return Math.Sqrt(sum / values.Length);
    }

    /// <summary>One layer at all times.</summary>
    private sealed class Part(IReadOnlyList<LayerKernels> times, KernelLook look)
    {
        private readonly KernelScale _scale = KernelScale.Of(times, look.Unit, look.IsGrey);

        public IReadOnlyList<Panel> Panels => field ??= [.. times.Select(time => KernelPanel.Of(time, _scale))];

        /// <summary>Everything that is shown of the layer.</summary>
        /// <param name="captions">Of the times.</param>
        /// <param name="width">Of each time's column, so that they stand below each other in all layers.</param>
        public Column Layout(string[] captions, float width)
        {
            IEnumerable<Panel> columns =
                Panels.Select((panel, time) => new Column(4, Align.Start, new Label(captions[time], TextStyle.Body), panel, new Space(width, 0)));
            return new Column(6, Align.Start, Heading(times[0]), new Row(40, Align.Start, [.. columns]),
                new Row(40, Align.Middle, _scale.Legend(), new Label(Spread(times), TextStyle.Note)));
        }
    }
}
