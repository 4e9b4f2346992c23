using System.Buffers;
using System.Text;
using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Models;

/// <summary>Writes canonical model JSON: compact, every property, in the order of <see cref="LayerType.Properties"/>; −0 as 0. The inputs are left out
/// where a layer reads the one before it, "trainable" where it is true,
/// penalties and constraints where there are none.</summary>
internal static class ModelJsonWriter
{
    public static string Write(ModelSpec model)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", model.Name);
            json.WriteStartArray("input");
            json.WriteNumberValue(model.Input.Height);
            json.WriteNumberValue(model.Input.Width);
            json.WriteNumberValue(model.Input.Channels);
            json.WriteEndArray();
            json.WriteStartArray("layers");
            foreach (LayerSpec layer in model.Layers) WriteLayer(json, layer);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteLayer(Utf8JsonWriter json, LayerSpec layer)
    {
        json.WriteStartObject();
        json.WriteString("type", layer.Type);
        json.WriteString("name", layer.Name);
        if (!layer.Inputs.IsEmpty)
        {
            json.WriteStartArray("inputs");
            foreach (string input in layer.Inputs) json.WriteStringValue(input);
            json.WriteEndArray();
        }

        if (!layer.IsTrainable) json.WriteBoolean(LayerType.Trainable, false);
        layer.Kind.Write(json, layer);
        TensorRuleSettings.Write(json, layer);
        json.WriteEndObject();
    }
}
