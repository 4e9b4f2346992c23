using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DistConv.Filters.Exports;

/// <summary>
/// safetensors files (https://huggingface.co/docs/safetensors): the header's length as 64 bits, the header in JSON, then all values. What the file is about
/// stands in
/// <c>__metadata__</c>, texts by name.
/// </summary>
internal static class SafetensorsFile
{
    /// <summary>Name of the header's entry for the layout of the weights.</summary>
    public const string LayoutKey = "layout";

    /// <summary>Writes a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layout">Names and order of the weights.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(ExportedNetwork network, WeightLayout layout, Stream stream)
    {
        byte[] header = Header(network, layout);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        int padded = (header.Length + 7) / 8 * 8; // The values begin at a multiple of 8 bytes.
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(header);
        for (int i = header.Length; i < padded; i++) stream.WriteByte((byte)' ');
        foreach (WeightForm form in network.Weights) stream.Write(
            FloatBytes.Of((layout == WeightLayout.Keras ? network.Keras(form) : network.PyTorch(form)).Span));
    }

    private static byte[] Header(ExportedNetwork network, WeightLayout layout)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            if (layout == WeightLayout.PyTorch) json.WriteString("format", "pt"); // By this readers of PyTorch files know theirs.
            json.WriteString(LayoutKey, layout == WeightLayout.Keras ? "keras" : "pytorch");
            foreach ((string key, string value) in network.Facts) json.WriteString(key, value);
            json.WriteString("specification", network.Snapshot.Spec.ToJson());
            json.WriteEndObject();
            long offset = 0;
            foreach (WeightForm form in network.Weights)
            {
                long end = offset + ((long)form.Length * sizeof(float));
                json.WriteStartObject(layout == WeightLayout.Keras ? form.KerasName : form.PyTorchName);
                json.WriteString("dtype", "F32");
                WriteNumbers(json, "shape", (layout == WeightLayout.Keras ? form.KerasShape : form.PyTorchShape).Select(dimension => (long)dimension));
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
