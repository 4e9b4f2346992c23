using DistConv.Core.Layers;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>
/// The scale of pixels. Keras's data sets give them from 0 to 255, so a model often begins with a Rescaling by 1/255; DistConv's are from 0 to 1, and such a
/// layer makes them small. The model stays the function that its file describes; a note says what the layer does to pixels.
/// </summary>
/// <param name="notes">Takes the notes.</param>
internal sealed class KerasPixels(ModelNotes notes)
{
    /// <summary>A factor for pixels from 0 to 1 is not below this, and one for pixels from 0 to 255 is: they become numbers of about 1.</summary>
    private const float SmallestOfUnit = 0.1f;

    private readonly HashSet<string> _pixels = new(StringComparer.Ordinal) { ModelGraph.InputName };

    /// <summary>Looks at a layer; those that it reads have been looked at.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The names of what it reads.</param>
    public void Look(LayerSpec layer, IReadOnlyList<string> inputs)
    {
        if (!inputs.All(_pixels.Contains)) return;
        if (layer.KeepsPixels) _pixels.Add(layer.Name);
        ChannelValues factors = layer.Factors;
        if (factors.IsEmpty || !factors.Values.All(factor => factor != 0 && float.Abs(factor) < SmallestOfUnit)) return;
        notes.Decide(
            $"{MessageText.Quote(layer.Name)} scales pixels by {factors}, and the pixels of a data set are from 0 to 1 here, not to 255: to train on them, "
                + "take it out, or multiply its scale by 255");
    }
}
