using DistConv.Core.Layers;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>Layers whose output has a given size.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="name">Our name of the type.</param>
/// <param name="settings">The positional arguments behind height and width.</param>
internal abstract class ResizeForm<TSpec>(string kerasName, string name, params string[] settings) : LayerForm<TSpec>
    where TSpec : ResizeSpec
{
    public sealed override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [kerasName] = ["height", "width", .. settings],
        [name] = ["height", "width", .. settings],
    };

    public sealed override bool IsDrawn => false;

    protected sealed override string Caption(TSpec layer) => layer.Type;

    /// <summary>What is cut out of an image, and how it gets its size.</summary>
    protected static string WindowText(TSpec layer, TensorShape image)
    {
        ImageWindow window = layer.Window(image);
        string part = window == ImageWindow.Whole(image)
            ? "the whole image"
            : Surrounds(window, image)
            ? $"the whole image, surrounded by {layer.FillValue} to {window.Height} × {window.Width} pixels"
            : $"the middle of the image, {window.Height} × {window.Width} pixels from row {window.Top} and column {window.Left} on";
        string between = layer.Interpolation == Interpolation.Bilinear
            ? "the four pixels around a place, each weighted by how near it is"
            : "the nearest pixel";
        return window.Height == layer.Height && window.Width == layer.Width
            ? part
            : $"{part}, resized to {layer.Height} × {layer.Width}: a value is that of {between}";
    }

    /// <summary>Pad or Slice, and Resize, each where it changes something. Resize wants the sizes of all axes, also of the batch, which only the input
    /// knows.</summary>
    protected sealed override string WriteOnnx(IOnnxNodes nodes, TSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        ImageWindow window = layer.Window(plan.Input);
        bool isResized = window.Height != layer.Height || window.Width != layer.Width;
        string image = inputs[0];
        string part = isResized ? $"{layer.Name}_window" : layer.Name;
        if (Surrounds(window, plan.Input))
        {
            (int rows, int columns) = (-window.Top, -window.Left);
            string pads = nodes.Constant($"{layer.Name}_pads", 0, 0, rows, columns, 0, 0, rows, columns);
            image = nodes.Add("Pad", part, [image, pads, nodes.Scalar($"{layer.Name}_fill", layer.FillValue)]);
        }
        else if (window != ImageWindow.Whole(plan.Input))
        {
            string starts = nodes.Constant($"{layer.Name}_starts", window.Top, window.Left);
            string ends = nodes.Constant($"{layer.Name}_ends", window.Top + window.Height, window.Left + window.Width);
            image = nodes.Add("Slice", part, [image, starts, ends, nodes.Constant($"{layer.Name}_axes", 2, 3)]);
        }

        if (!isResized) return image;
        string shape = nodes.Add("Shape", $"{layer.Name}_shape", [image], OnnxAttribute.Number("start", 0), OnnxAttribute.Number("end", 2));
        string size = nodes.Constant($"{layer.Name}_size", layer.Height, layer.Width);
        string sizes = nodes.Add("Concat", $"{layer.Name}_sizes", [shape, size], OnnxAttribute.Number("axis", 0));
        bool isBilinear = layer.Interpolation == Interpolation.Bilinear;
        return nodes.Add(
            "Resize", layer.Name, [image, "", "", sizes],
            OnnxAttribute.OfText("mode", isBilinear ? "linear" : "nearest"), OnnxAttribute.OfText("coordinate_transformation_mode", "half_pixel"),
            OnnxAttribute.OfText("nearest_mode", "round_prefer_ceil"));
    }

    private static bool Surrounds(ImageWindow window, TensorShape image) => window.Height > image.Height || window.Width > image.Width;
}
