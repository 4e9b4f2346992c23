using DistConv.Core.Layers.RandomFlip;

namespace DistConv.Filters.Layers;

/// <summary>Pictures that are mirrored in training.</summary>
internal sealed class RandomFlipForm() : AugmentationForm<RandomFlipSpec>("RandomFlip", "randomflip", ("mode", "mode"))
{
    protected override string Text(RandomFlipSpec layer) => $"In training, {Effect(layer)}.";

    protected override string Effect(RandomFlipSpec layer) => layer.Mode switch
    {
        FlipMode.Horizontal => "half of the pictures are mirrored left to right",
        FlipMode.Vertical => "half of the pictures are mirrored top to bottom",
        FlipMode.HorizontalAndVertical => "half of the pictures are mirrored left to right, and, independently, half of them top to bottom",
        _ => throw new InvalidOperationException($"no text for the mode {layer.Mode}"),
    };
}
