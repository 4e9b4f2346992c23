using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Models;

/// <summary>
/// Keras's penalties on what layers give: the <c>activity_regularizer</c> of any layer becomes a layer behind it. On probabilities in which a model ends they
/// are not applied, because these are part of the loss here; that of ones that sum to 1 is nearly a constant.
/// </summary>
/// <param name="values">Who reads what.</param>
/// <param name="names">The names of the layers.</param>
/// <param name="notes">Takes what is not applied.</param>
internal sealed class ActivityPenalties(EntryValues values, LayerNaming names, ModelNotes notes)
{
    /// <summary>The penalty on what an entry gives.</summary>
    /// <param name="fields">The entry's properties.</param>
    /// <param name="index">The entry.</param>
    /// <param name="last">The layer that makes the entry's value; null: it is the model's input.</param>
    /// <returns>A layer to stand behind it; null: there is no penalty, or none that is applied.</returns>
    /// <exception cref="InvalidInputException">It is no regularizer.</exception>
    public LayerSpec? Behind(JsonFields fields, int index, LayerSpec? last)
    {
        if (fields.Find(RegularizerReader.Activity) is null or { ValueKind: JsonValueKind.Null }) return null;
        if (RegularizerReader.Read(fields, RegularizerReader.Activity, notes) is not { } regularizer) return null;
        if (IsEnd(index, last))
        {
            notes.Ignore($"{RegularizerReader.Activity} on the probabilities in which the model ends (not applied)");
            return null;
        }

        return LayerTypes.PenaltyOf(names.After(last?.Name ?? ModelGraph.InputName, LayerTypes.Penalty), regularizer);
    }

    /// <summary>Whether an entry that is such a penalty itself is left out, which is noted.</summary>
    /// <param name="layer">The entry's layer.</param>
    /// <param name="index">The entry.</param>
    /// <param name="read">The layer that it reads; null: the model's input.</param>
    public bool LeavesOut(LayerSpec layer, int index, LayerSpec? read)
    {
        if (layer.Kind != LayerTypes.Penalty) return false;
        bool isEnd = IsEnd(index, read);
        if (layer.AddsPenalty && !isEnd) return false;
        string what = LayerTypes.Penalty.KerasNames[0];
        notes.Ignore(isEnd ? $"{what} on the probabilities in which the model ends (not applied)" : $"{what} (it changes nothing)");
        return true;
    }

    private bool IsEnd(int index, LayerSpec? last) => last is not null && last.EndsAs != OutputKind.Values && !values.IsRead(index);
}
