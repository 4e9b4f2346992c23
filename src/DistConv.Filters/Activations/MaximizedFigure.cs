using DistConv.Core.Shapes;
using DistConv.Images.Drawing;

namespace DistConv.Filters.Activations;

/// <summary>What the filters of a layer look for: beside each picture that was made for a filter, the sample that comes closest to it.</summary>
public static class MaximizedFigure
{
    private const float Side = 56;

    /// <summary>One layer.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Images">A picture for each filter.</param>
    /// <param name="Strongest">The strongest sample of each filter, and its pixels, 0 … 1.</param>
    public sealed record Layer(string Name, IReadOnlyList<MaximizedImage> Images, IReadOnlyList<(StrongestSample Sample, float[] Pixels)> Strongest);

    /// <summary>Draws layers.</summary>
    /// <param name="input">Shape of the pictures.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="subtitle">Whose picture it is.</param>
    /// <returns>The figure.</returns>
    public static Figure Create(TensorShape input, IReadOnlyList<Layer> layers, string subtitle)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return new Figure(
            "What each filter looks for", subtitle, new Column(20, Align.Start, [.. layers.Select(layer => Draw(input, layer))]),
            "Left of each pair: the picture, made by gradient ascent on its pixels, that activates the filter most; right: the held-out sample that does. "
            + "Below: the mean of the filter's feature map for both. A filter whose numbers are 0 responds to nothing.");
    }

    private static Column Draw(TensorShape input, Layer layer)
    {
        const int columns = 8;
        float cell = Side / Math.Max(input.Height, input.Width);
        Panel[] pairs = [.. layer.Images.Select((image, filter) => (Panel)new Column(1, Align.Middle,
            new Row(2, Align.Start, Thumbnail.Sample(input, image.Pixels, cell), Thumbnail.Sample(input, layer.Strongest[filter].Pixels, cell)),
            new Label($"{filter}:  {image.Activation:F2} | {layer.Strongest[filter].Sample.Activation:F2}", TextStyle.Note)))];
        return new Column(6, Align.Start, new Label($"{layer.Name}: {layer.Images.Count} filters", TextStyle.Heading), new Grid(columns, 12, pairs));
    }
}
