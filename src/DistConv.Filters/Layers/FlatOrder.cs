using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>
/// In which order PyTorch and ONNX have the values of a flat output. Ours is that of the memory: row by row, pixel by pixel, the channels of a pixel together.
/// Theirs is channel by channel where the list is a flattened image, and ours where no image is left in it. A layer that keeps places keeps the order too, if
/// all its inputs have the same; any other gets its inputs in our order, or, as dense layers do, orders its weights as its input is.
/// </summary>
internal static class FlatOrder
{
    /// <summary>The images that the outputs of a model's layers are in memory.</summary>
    /// <param name="plan">The model.</param>
    /// <returns>For each layer the image whose values, channel by channel, its output is in PyTorch and ONNX; flat: our order.</returns>
    public static IReadOnlyList<TensorShape> Images(ModelPlan plan)
    {
        TensorShape[] images = new TensorShape[plan.Layers.Count];
        foreach ((int index, LayerPlan layer) in plan.Layers.Index())
        {
            TensorShape[] read = [.. layer.Sources.Select(source => Of(plan, images, source)).Distinct()];
            images[index] = Known(layer.Output.IsFlat && LayerForms.Of(layer.Layer).KeepsPlaces && read is [var one] ? one : layer.Output);
        }

        return images;
    }

    /// <summary>The image of a source.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="images">What <see cref="Images"/> gave.</param>
    /// <param name="source">A layer's place, or −1 for the model's input.</param>
    public static TensorShape Of(ModelPlan plan, IReadOnlyList<TensorShape> images, int source) => source < 0 ? Known(plan.Model.Input) : images[source];

    /// <summary>Whether a layer has to get its inputs in our order.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="images">What <see cref="Images"/> gave.</param>
    /// <param name="layer">The layer.</param>
    public static bool IsOurs(ModelPlan plan, IReadOnlyList<TensorShape> images, LayerPlan layer)
    {
        LayerForm form = LayerForms.Of(layer.Layer);
        return !form.OrdersWeights && !(form.KeepsPlaces && layer.Sources.Select(source => Of(plan, images, source)).Distinct().Count() == 1);
    }

    /// <summary>Of one pixel, or of one channel, both orders are the same.</summary>
    private static TensorShape Known(TensorShape image) =>
        image.Height * image.Width == 1 || image.Channels == 1 ? TensorShape.Flat(image.Size) : image;
}
