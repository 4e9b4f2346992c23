using System.Buffers.Binary;
using System.Text.Json;
using DistConv.Core;
using DistConv.Core.Reading;
using DistConv.Filters.Exports;

namespace DistConv.Filters.Imports;

/// <summary>A safetensors file, whoever wrote it: see <see cref="SafetensorsFile"/>.</summary>
internal sealed class SafetensorsContainer : IWeightContainer
{
    /// <summary>The limit of a header: 8 MiB. Tensors take about 100 bytes each, and the specification in our own files at most a few MiB.</summary>
    public const int MaxHeaderBytes = 8 << 20;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly List<WeightTensor> _tensors = [];
    private readonly List<(long First, long End)> _places = [];
    private long _start;

    private SafetensorsContainer(string path, FileStream stream) => (_path, _stream) = (path, stream);

    /// <inheritdoc/>
    public string? Layout { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<WeightTensor> Tensors => _tensors;

    /// <summary>Opens a file and checks its header against the file's size: every tensor lies inside the file, and no two overlap.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="InvalidInputException">The file is damaged, or it holds numbers other than float32.</exception>
    public static SafetensorsContainer Open(string path)
    {
        SafetensorsContainer container = new(path, File.OpenRead(path));
        try
        {
            container.ReadHeader();
            container.EnsureApart();
            return container;
        }
        catch
        {
            container.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(int tensor, Span<float> values)
    {
        _stream.Position = _start + _places[tensor].First;
        FloatBytes.Read(_stream, values);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void ReadHeader()
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (_stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length) throw Damaged("it is shorter than 8 bytes");
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > (ulong)(_stream.Length - prefix.Length)) throw Damaged($"its header claims {headerBytes:N0} bytes, more than the file has");
        if (headerBytes > MaxHeaderBytes) throw Damaged($"its header claims {headerBytes:N0} bytes; at most {MaxHeaderBytes:N0} are possible");
        _start = prefix.Length + (long)headerBytes;
        var header = new byte[headerBytes];
        _stream.ReadExactly(header);
        try
        {
            using JsonDocument json = JsonDocument.Parse(header);
            foreach (JsonProperty entry in json.RootElement.EnumerateObject())
            {
                if (entry.Name != "__metadata__") Add(entry);
                else if (entry.Value.TryGetProperty(SafetensorsFile.LayoutKey, out JsonElement text)) Layout = text.GetString();
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Damaged($"its header cannot be understood ({MessageText.OneLine(e.Message)})");
        }
    }

    private void Add(JsonProperty entry)
    {
        if (_tensors.Count == WeightTensor.MaxTensors) throw Damaged($"it has more than {WeightTensor.MaxTensors:N0} tensors, which no model needs");
        string name = MessageText.OneLine(entry.Name), where = $"'{_path}': tensor {MessageText.Quote(name)}";
        string type = entry.Value.GetProperty("dtype").GetString() ?? "null";
        if (type != "F32") throw new InvalidInputException($"{where} has numbers of type {MessageText.Short(type)}; weights are F32: convert them first");
        WeightTensor tensor = new(name, WeightTensor.CheckShape(where, Numbers(entry.Value.GetProperty("shape"))));
        string problem = $"{where}: data_offsets does not match the shape [{string.Join(", ", tensor.Shape)}], or lies outside the file";
        if (Numbers(entry.Value.GetProperty("data_offsets")) is not [var first, var end]) throw Damaged(problem);
        if (first < 0 || end < first || end > _stream.Length - _start || end - first != (long)tensor.Length * sizeof(float)) throw Damaged(problem);
        _tensors.Add(tensor);
        _places.Add((first, end));
    }

    /// <summary>The format lays tensors one behind the other. Overlapping ones would let a small file fill any amount of memory.</summary>
    private void EnsureApart()
    {
        (long First, long End, string Name)[] ordered = [.. _places.Zip(_tensors, (place, tensor) => (place.First, place.End, tensor.Name)).Order()];
        foreach ((var before, var after) in ordered.Zip(ordered.Skip(1)))
        {
            if (after.First < before.End) throw Damaged($"tensors {MessageText.Quote(before.Name)} and {MessageText.Quote(after.Name)} overlap");
        }
    }

    private static long[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt64())];

    private InvalidInputException Damaged(string what) => new($"'{_path}' is not a safetensors file, or it is damaged: {what}");
}
