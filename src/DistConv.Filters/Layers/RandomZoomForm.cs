using DistConv.Core.Layers.RandomZoom;

namespace DistConv.Filters.Layers;

/// <summary>Pictures that are scaled in training.</summary>
internal sealed class RandomZoomForm() : WarpForm<RandomZoomSpec>(
    "RandomZoom", "randomzoom", ("height_factor", "heightFactor"), ("width_factor", "widthFactor"))
{
    protected override string Effect(RandomZoomSpec layer) =>
        $"each picture is zoomed out by {Percent(layer.HeightFactor)} vertically and "
            + (layer.WidthFactor is { } width ? $"by {Percent(width)} horizontally" : "as much horizontally") + "; a negative number zooms in";
}
