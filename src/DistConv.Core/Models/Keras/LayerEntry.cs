using System.Text.Json;

namespace DistConv.Core.Models.Keras;

/// <summary>One call of a layer in a model's text. Models inside the model have been replaced by their layers.</summary>
/// <param name="Layer">The layer's own text.</param>
/// <param name="Number">What messages call it: its place in the text, counted from 1.</param>
internal sealed record LayerEntry(JsonElement Layer, int Number)
{
    /// <summary>What stands for the model's input where entries are numbered.</summary>
    public const int ModelInput = -1;

    /// <summary>The entries that it reads; null: the one before, or what its own "inputs" name.</summary>
    public IReadOnlyList<int>? Inputs { get; init; }

    /// <summary>A number that it is called with beside its inputs, and whether the number comes first.</summary>
    public (double Value, bool IsFirst)? Constant { get; init; }

    /// <summary>The names of the models around it, from the outside to the inside.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether a model around it is not trained.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Whether the layer has been called before, so that this call shares its weights.</summary>
    public bool IsRepeated { get; init; }
}

/// <summary>A model's layers.</summary>
/// <param name="Entries">All of them, each behind those that it reads if they say what they read.</param>
internal sealed record LayerText(IReadOnlyList<LayerEntry> Entries)
{
    /// <summary>The names of layers are Keras's, which allow more characters than ours.</summary>
    public bool HasKerasNames { get; init; }

    /// <summary>The generation of Keras that wrote it: 1, 2 or 3.</summary>
    public int Generation { get; init; } = KerasVocabulary.Newest;

    /// <summary>The models inside the model.</summary>
    public IReadOnlyList<KerasInnerModel> Models { get; init; } = [];

    /// <summary>Called when the first layer has said nothing of the input's shape: the last places where it may stand.</summary>
    public Action<KerasInput>? Built { get; init; }

    /// <summary>The entry that the model gives; null: the last layer.</summary>
    public int? Output { get; init; }
}
