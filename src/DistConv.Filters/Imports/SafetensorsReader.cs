using System.Buffers.Binary;
using System.Text.Json;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Filters.Exports;

namespace DistConv.Filters.Imports;

/// <summary>Reads safetensors files, anybody's: see <see cref="SafetensorsFile"/>.</summary>
internal static class SafetensorsReader
{
    private const int MaxHeaderBytes = 100_000_000; // The limit of the format's own reader.

    /// <summary>Reads all tensors.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors, and the layout that the file names, or null.</returns>
    /// <exception cref="InvalidInputException">The file is damaged, or holds other numbers than float32.</exception>
    public static (IReadOnlyList<WeightTensor> Tensors, string? Layout) Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length) throw Damaged(path, "it is shorter than 8 bytes");
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > MaxHeaderBytes || (long)headerBytes > stream.Length - prefix.Length) throw Damaged(path, $"its header claims {headerBytes} bytes");
        var header = new byte[headerBytes];
        stream.ReadExactly(header);
        try
        {
            using JsonDocument json = JsonDocument.Parse(header);
            List<WeightTensor> tensors = [];
            string? layout = null;
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name != "__metadata__") tensors.Add(ReadTensor(path, stream, prefix.Length + (long)headerBytes, entry));
                else if (entry.Value.TryGetProperty(SafetensorsFile.LayoutKey, out JsonElement text)) layout = text.GetString();
            }

            return (tensors, layout);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Damaged(path, $"its header cannot be understood ({MessageText.OneLine(e.Message)})");
        }
    }

    private static WeightTensor ReadTensor(string path, FileStream stream, long start, JsonProperty entry)
    {
        string name = MessageText.OneLine(entry.Name), where = $"'{path}': tensor '{name}'";
        string? type = entry.Value.GetProperty("dtype").GetString();
        if (type != "F32") throw new InvalidInputException($"{where} has numbers of type {MessageText.Short(type ?? "")}; weights are F32: convert them before saving");
        int[] shape = WeightTensor.CheckShape(where, [.. entry.Value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())]);
        if (entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray() is not [var first, var end]
            || first < 0 || end - first != (long)WeightTensor.Length(shape) * sizeof(float) || end > stream.Length - start)
        {
            throw Damaged(path, $"the place of tensor '{name}' does not go with its shape [{string.Join(", ", shape)}], or lies outside the file");
        }

        var bytes = new byte[end - first];
        stream.Position = start + first;
        stream.ReadExactly(bytes);
        return new WeightTensor(name, shape, FloatBytes.Read(bytes));
    }

    private static InvalidInputException Damaged(string path, string what) => new($"'{path}' is no safetensors file, or it is damaged: {what}");
}
