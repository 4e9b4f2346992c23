using System.Buffers;
using System.Text;
using System.Text.Json;
using DistConv.Core.Initializers;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>Writes canonical model JSON: compact, every property, in the order of <see cref="LayerTypes.Properties"/>; −0 as 0.</summary>
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
        switch (layer)
        {
            case Conv2DSpec conv:
                json.WriteNumber("filters", conv.Filters);
                WritePair(json, "kernel", conv.KernelH, conv.KernelW);
                WritePair(json, "strides", conv.StrideH, conv.StrideW);
                WritePadding(json, conv.Padding);
                WriteLearned(json, conv.Activation, conv.KernelInitializer, conv.BiasInitializer, conv.UseBias);
                break;
            case DenseSpec dense:
                json.WriteNumber("units", dense.Units);
                WriteLearned(json, dense.Activation, dense.KernelInitializer, dense.BiasInitializer, dense.UseBias);
                break;
            case Pool2DSpec pool:
                WritePair(json, "pool", pool.PoolH, pool.PoolW);
                WritePair(json, "strides", pool.StrideH, pool.StrideW);
                WritePadding(json, pool.Padding);
                break;
            case DropoutSpec dropout:
                json.WriteNumber("rate", dropout.Rate + 0.0);
                break;
        }

        json.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter json, string property, int height, int width)
    {
        json.WriteStartArray(property);
        json.WriteNumberValue(height);
        json.WriteNumberValue(width);
        json.WriteEndArray();
    }

    private static void WritePadding(Utf8JsonWriter json, Padding padding) => json.WriteString("padding", Lower(padding));

    private static void WriteLearned(Utf8JsonWriter json, Activation activation, InitializerSpec kernel, InitializerSpec bias, bool useBias)
    {
        json.WriteString("activation", Lower(activation));
        WriteInitializer(json, "kernelInitializer", kernel);
        WriteInitializer(json, "biasInitializer", bias);
        json.WriteBoolean("useBias", useBias);
    }

    private static void WriteInitializer(Utf8JsonWriter json, string property, InitializerSpec spec)
    {
        string[] given = [.. InitializerRules.Settings(spec.Name).Where(setting => InitializerRules.Setting(spec, setting) is not null)];
        if (given.Length == 0)
        {
            json.WriteString(property, spec.Name);
            return;
        }

        json.WriteStartObject(property);
        json.WriteString("name", spec.Name);
        foreach (string setting in given) json.WriteNumber(setting, InitializerRules.Setting(spec, setting)!.Value + 0f);
        json.WriteEndObject();
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
