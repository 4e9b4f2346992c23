using DistConv.Core.Layers;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>
/// The scale of pixels. Keras's data sets give them from 0 to 255, so a model often begins with a Rescaling by 1/255; DistConv's are from 0 to 1. Where a
/// Rescaling of a file of Keras's reads the pixels, maybe behind layers that vary and resize pictures, and its factor is below <see cref="SmallestOfUnit"/>, it
/// is one for pixels up to 255, and its factor here is 255 times as large: the same function of a picture.
/// </summary>
/// <param name="notes">Takes what was decided.</param>
internal sealed class KerasPixels(ModelNotes notes)
{
    /// <summary>A factor for pixels from 0 to 1 is not below this, and one for pixels from 0 to 255 is: they become numbers of about 1.</summary>
    private const float SmallestOfUnit = 0.1f;

    private const int Largest = 255;

    private readonly HashSet<string> _pixels = new(StringComparer.Ordinal) { ModelGraph.InputName };

    /// <summary>A layer as it is for pixels from 0 to 1.</summary>
    /// <param name="layer">A layer of the text.</param>
    /// <param name="inputs">The names of what it reads.</param>
    /// <param name="isOfKeras">Whether it is spelled as Keras does; our own <c>rescaling</c> is taken as it is.</param>
    /// <returns>The layer, maybe with another factor.</returns>
    public LayerSpec Read(LayerSpec layer, IReadOnlyList<string> inputs, bool isOfKeras)
    {
        if (!inputs.All(_pixels.Contains)) return layer;
        if (layer.KeepsPixels) _pixels.Add(layer.Name);
        ChannelValues factors = layer.Factors;
        if (factors.IsEmpty || !factors.Values.All(factor => factor != 0 && float.Abs(factor) < SmallestOfUnit)) return layer;
        if (!isOfKeras)
        {
            notes.Decide($"{MessageText.Quote(layer.Name)} scales pixels that are from 0 to 1 already by {factors}");
            return layer;
        }

        LayerSpec scaled = layer.WithFactors([.. factors.Values.Select(factor => (float)((double)factor * Largest))]);
        notes.Decide(
            $"{MessageText.Quote(layer.Name)} scales pixels from 0 to {Largest}, as Keras's data sets have them, by {factors}; they are from 0 to 1 here, so "
                + $"it scales them by {scaled.Factors}");
        return scaled;
    }
}
