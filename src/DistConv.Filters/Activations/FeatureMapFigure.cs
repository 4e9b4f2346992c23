using System.Globalization;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Shapes;
using DistConv.Filters.Layers;
using DistConv.Images.Drawing;
using SkiaSharp;

namespace DistConv.Filters.Activations;

/// <summary>What a network makes of one picture: the picture, each layer's output as feature maps, and the probabilities of the classes.</summary>
public static class FeatureMapFigure
{
    /// <summary>Points of a row of maps.</summary>
    private const float RowWidth = 880;

    private const float Gap = 6, LargestCell = 5, SampleSide = 140;

    /// <summary>Draws what a pass has just seen.</summary>
    /// <param name="pass">The pass, after its <see cref="SamplePass.Forward(ReadOnlySpan{float})"/>.</param>
    /// <param name="input">What it saw.</param>
    /// <param name="layers">Indices of the layers to show.</param>
    /// <param name="subtitle">Whose picture it is.</param>
    /// <param name="classNames">Names of the classes, or null for numbers.</param>
    /// <returns>The figure.</returns>
    public static Figure Create(
        SamplePass pass, ReadOnlySpan<float> input, IReadOnlyList<int> layers, string subtitle, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ArgumentNullException.ThrowIfNull(layers);
        TensorShape shape = pass.Network.Plan.Model.Input;
        float cell = SampleSide / Math.Max(shape.Height, shape.Width);
        List<Panel> parts =
        [
            new Row(32, Align.Start,
                new Column(4, Align.Start, new Label($"input, {Size(shape)}", TextStyle.Heading), Thumbnail.Sample(shape, input, cell)),
                new Column(4, Align.Start, new Label(Heading(pass.Network.Plan), TextStyle.Heading), Outputs(pass, classNames))),
        ];
        foreach (int layer in layers) parts.Add(Maps(pass, layer));
        return new Figure(
            "What each layer sees", subtitle, new Column(18, Align.Start, parts),
            "A square is one feature map: what one filter gives at each position of the picture. All maps of a layer share the scale below its name; "
            + "a dark map means that the filter did not respond.");
    }

    /// <summary>The layers that change what they get: not flatten, dropout, softmax, or the sigmoid at the end.</summary>
    /// <param name="network">The network.</param>
    /// <returns>Indices.</returns>
    public static IReadOnlyList<int> VisibleLayers(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return [.. network.Layers
            .Where(layer => LayerForms.Of(layer.Plan.Layer).IsDrawn && !(layer.Plan.IsOutput && layer.Traits.IsIdentity)).Select(layer => layer.Index)];
    }

    private static string Heading(ModelPlan plan) => plan switch
    {
        { OutputKind: OutputKind.Values } => "values",
        { Output.Size: 1 } => "probability of class 1",
        _ => "probability of each class",
    };

    private static Panel Outputs(SamplePass pass, IReadOnlyList<string>? names)
    {
        const int most = 10;
        var outputs = new float[pass.Network.Plan.Output.Size];
        pass.Outputs(outputs);
        IEnumerable<(int Unit, float Value)> shown = outputs.Index();
        if (outputs.Length > most) shown = shown.OrderByDescending(entry => entry.Value).Take(most);
        return pass.Network.Plan.OutputKind == OutputKind.Values
            ? new Column(2, Align.Start, [.. shown.Select(entry => new Label($"{Name(entry.Unit)}: {entry.Value:G4}", TextStyle.Body))])
            : new BarList([.. shown.Select(entry => (Name(entry.Unit), (double)entry.Value))]);

        // One unit is that of class 1, or of a number.
        string Name(int unit) => names?.Count == outputs.Length ? names[unit]
            : names?.Count == 2 ? names[1] : unit.ToString(CultureInfo.InvariantCulture);
    }

    private static Column Maps(SamplePass pass, int layer)
    {
        LayerPlan plan = pass.Network.Layers[layer].Plan;
        TensorShape shape = plan.Output;
        float[] values = pass.Output(layer).ToArray();
        float low = values.Min(), high = values.Max(), largest = Math.Max(Math.Abs(low), Math.Abs(high));
        bool isSigned = low < 0;
        float scale = largest > 0 ? largest : 1;
        Func<float, SKColor> colour = isSigned ? value => Palette.Diverging(value / scale) : value => Palette.Sequential(value / scale);
        ColourBar legend = isSigned
            ? new ColourBar("value", at => Palette.Diverging((2 * at) - 1), [$"−{scale:G3}", "0", $"+{scale:G3}"])
            : new ColourBar("value", Palette.Sequential, ["0", $"{scale / 2:G3}", $"{scale:G3}"]);
        Column head =
            new(2, Align.Start, new Label($"{plan.Layer.Name}: {LayerForms.Of(plan.Layer).Caption(plan.Layer)}, {Size(shape)}", TextStyle.Heading), legend);
        return new Column(6, Align.Start, head, shape.IsFlat ? Strip(values, colour) : MapGrid(shape, values, colour));
    }

    private static Grid MapGrid(TensorShape shape, float[] values, Func<float, SKColor> colour)
    {
        int columns = Math.Min(shape.Channels, shape.Channels <= 16 ? 8 : 16);
        float cell = Math.Min(LargestCell, ((RowWidth - ((columns - 1) * Gap)) / columns) / Math.Max(shape.Width, 1));
        return new Grid(columns, Gap, [.. Enumerable.Range(0, shape.Channels).Select(channel => new Column(1, Align.Middle,
            Thumbnail.Channel(shape, values, channel, colour, cell), new Label($"{channel}", TextStyle.Note)))]);
    }

    /// <summary>A vector: its values in rows.</summary>
    private static Raster Strip(float[] values, Func<float, SKColor> colour)
    {
        const int longest = 64;
        int width = Math.Min(longest, values.Length), height = (values.Length + width - 1) / width;
        var colours = new SKColor[width * height];
        for (int i = 0; i < colours.Length; i++) colours[i] = i < values.Length ? colour(values[i]) : Palette.Paper;
        return new Raster(width, height, colours, RowWidth / longest);
    }

    private static string Size(TensorShape shape) => shape.IsFlat ? $"{shape.Size} values" : $"{shape.Height}×{shape.Width}×{shape.Channels}";
}
