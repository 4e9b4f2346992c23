using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>The order of channels that a model's layers state.</summary>
/// <param name="source">The beginning of each message.</param>
/// <param name="notes">Takes what it means.</param>
internal sealed class StatedOrder(string source, ModelNotes notes)
{
    /// <summary>
    /// The order, which has to be the same for all layers that state one. Flatten states its own: it decides only where nothing else does.
    /// </summary>
    /// <param name="headers">The layers; null: not understood.</param>
    /// <param name="entries">Their texts.</param>
    /// <exception cref="InvalidInputException">Layers state different orders.</exception>
    public ChannelOrder? Of(IReadOnlyList<LayerHeader?> headers, IReadOnlyList<LayerEntry> entries)
    {
        ChannelOrder? order = null, flattens = null;
        foreach ((LayerHeader? header, LayerEntry entry) in headers.Zip(entries))
        {
            if (header is null || KerasShape.StatedBy(header.Fields) is not { } stated) continue;
            if (header.IsFlatten)
            {
                flattens ??= stated;
                continue;
            }

            order ??= stated;
            if (order == stated) continue;
            throw new InvalidInputException(
                $"{source}: layer {entry.Number} ({header.Spelling}) states {KerasShape.Name(stated)}, "
                + $"but an earlier layer states {KerasShape.Name(order.Value)}; all layers of a model must state the same order");
        }

        order ??= flattens;
        if (order == ChannelOrder.First)
            notes.Decide("channels first is computed as channels last, which is the same network with its values in another order in memory");
        return order;
    }
}
