using System.Text.Json;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.Keras;

/// <summary>A model's input shape: in our vocabulary a property of the model, in Keras's one of its first layer, or of an InputLayer.</summary>
internal sealed class KerasInput(ModelNotes notes)
{
    /// <summary>Without the batch.</summary>
    private const string Own = "input_shape";

    /// <summary>The number of values of a flat input, in Keras 1.</summary>
    private const string Flat = "input_dim";

    /// <summary>With the batch first: Keras 1 and 2, Keras 3.</summary>
    private static readonly string[] Batched = ["batch_input_shape", "batch_shape"];

    /// <summary>Height and width where the model leaves them open.</summary>
    private const int FreeSize = 224;

    /// <summary>The properties of a layer that say its input's shape.</summary>
    public static IReadOnlyList<string> Names { get; } = [Own, .. Batched, Flat];

    /// <summary>The shape, once it is known.</summary>
    public TensorShape? Shape { get; private set; }

    /// <summary>Whether the model leaves the size of pictures open, so that it stands for <see cref="FreeSize"/> until the data is known.</summary>
    public bool IsFree { get; private set; }

    /// <summary>The order of channels that the model's layers state; null: none does.</summary>
    public ChannelOrder? Order { get; init; }

    /// <summary>Whether the first layer flattens: then an image may come without channels, as it has one and the vector is the same.</summary>
    public bool IsFlattened { get; init; }

    /// <summary>Takes what our own vocabulary says.</summary>
    public void Set(TensorShape shape) => Shape = shape;

    /// <summary>Takes these properties out of a layer.</summary>
    /// <param name="fields">The layer.</param>
    /// <param name="where">The beginning of each message.</param>
    /// <param name="first">Whether it is the model's first, or an InputLayer: Keras has no use for the shape of others either.</param>
    /// <returns>The layer without them.</returns>
    public JsonFields Take(JsonFields fields, string where, bool first)
    {
        foreach (string name in Names)
        {
            if (fields.Find(name) is not { ValueKind: not JsonValueKind.Null } value) continue;
            if (!first) notes.Ignore($"{name} of a layer that is not the first");
            else if (name != Flat) Offer(Read(fields, name, value), $"{where}: {name}");
            else if (!Batched.Any(fields.Has)) throw NotAnImage(fields, name, value);
        }

        return fields.Without(Names.Contains);
    }

    /// <summary>Takes Keras's build_input_shape, the last resort.</summary>
    public void TakeBuilt(JsonFields model, string name, string source)
    {
        if (Shape is null && model.Find(name) is { ValueKind: not JsonValueKind.Null } value) Offer(Read(model, name, value), $"{source}: {name}");
    }

    private void Offer(TensorShape shape, string where)
    {
        if (Shape is { } known && known != shape)
            throw new InvalidInputException($"{where} is {shape}, but the model's input is {known}; they must be the same");
        Shape = shape;
    }

    private TensorShape Read(JsonFields fields, string name, JsonElement value)
    {
        bool batch = name != Own;
        if (value.ValueKind != JsonValueKind.Array) throw NotAnImage(fields, name, value);
        JsonElement[] items = [.. value.EnumerateArray()];
        if (batch && items.Length > 0 && items[0].ValueKind == JsonValueKind.Number) notes.Ignore($"the batch size in {name} (the job's batch size decides)");
        if (batch) items = items is [{ ValueKind: JsonValueKind.Null or JsonValueKind.Number }, ..] ? items[1..] : throw NotAnImage(fields, name, value);
        int[] sizes = new int[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind == JsonValueKind.Null) sizes[i] = 0;
            else if (items[i].ValueKind != JsonValueKind.Number || !items[i].TryGetInt32(out sizes[i])) throw NotAnImage(fields, name, value);
            else if (sizes[i] == 0) sizes[i] = -1; // Refused with the shape.
        }

        notes.Translate(name, "input");
        if (sizes is [int h, int w] && IsFlattened) return new TensorShape(h, w, 1);
        if (sizes is [0, 0, > 0] or [> 0, 0, 0]) return Free(sizes, name);
        if (sizes is not [int first, int second, int third] || sizes.Contains(0)) throw NotAnImage(fields, name, value);
        (TensorShape shape, string? rule) = KerasShape.Read(first, second, third, Order);
        if (rule is not null) notes.Decide($"{name} {rule}");
        return shape;
    }

    /// <summary>Only the channels are given; they stand where the order says, or where the number is.</summary>
    private TensorShape Free(int[] sizes, string name)
    {
        IsFree = true;
        notes.Decide($"{name} leaves height and width open: {FreeSize} × {FreeSize} is assumed here, and training takes the size of its data");
        return new TensorShape(FreeSize, FreeSize, int.Max(sizes[0], sizes[2]));
    }

    private static InvalidInputException NotAnImage(JsonFields fields, string name, JsonElement value)
    {
        string example = name is Own or Flat ? "\"input_shape\": [28, 28, 1]" : $"\"{name}\": [null, 28, 28, 1]";
        return fields.WrongType(name, $"height, width and channels of an image, {example} (for a dense network put Flatten first)", value);
    }
}
