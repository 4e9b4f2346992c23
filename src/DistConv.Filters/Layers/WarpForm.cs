using System.Globalization;
using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Sampling;

namespace DistConv.Filters.Layers;

/// <summary>Layers that move, turn or scale pictures in training.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="name">Our name of the type.</param>
/// <param name="settings">The positional arguments, as Keras and as we call them.</param>
internal abstract class WarpForm<TSpec>(string kerasName, string name, params (string Keras, string Ours)[] settings)
    : AugmentationForm<TSpec>(kerasName, name, [.. settings, ("fill_mode", "fillMode"), ("interpolation", "interpolation")])
    where TSpec : WarpSpec
{
    protected sealed override string Text(TSpec layer) => $"In training, {Effect(layer)}. {Between(layer)}, and {Outside(layer)}.";

    /// <summary>"-10 % to 20 %".</summary>
    protected static string Percent(FactorRange factor) =>
        string.Create(CultureInfo.InvariantCulture, $"{factor.Lower * 100:0.##} % to {factor.Upper * 100:0.##} %");

    private static string Between(TSpec layer) => layer.Interpolation == Interpolation.Bilinear
        ? "A value between pixels is that of the four around it, each weighted by how near it is"
        : "A value between pixels is that of the nearest one";

    private static string Outside(TSpec layer) => layer.FillMode switch
    {
        FillMode.Reflect => "outside the picture lies its mirror image",
        FillMode.Constant => string.Create(CultureInfo.InvariantCulture, $"outside the picture all values are {layer.FillValue}"),
        FillMode.Nearest => "outside the picture its edge goes on",
        FillMode.Wrap => "outside the picture it begins again",
        _ => throw new InvalidOperationException($"no text for the fill mode {layer.FillMode}"),
    };
}
