using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using DistConv.Core;
using DistConv.Core.Reading;
using DistConv.Filters.Exports;

namespace DistConv.Filters.Imports;

/// <summary>An npz file, numpy's too (<c>numpy.savez</c>, <c>savez_compressed</c>): float32 arrays in C order. See <see cref="NpzFile"/>.</summary>
internal sealed partial class NpzContainer : IWeightContainer
{
    /// <summary>The limit of the archive's directory: 1 MiB, five times what the largest model's arrays need.</summary>
    public const int MaxDirectoryBytes = 1 << 20;

    private const string Ending = ".npy";
    private const int MaxHeaderBytes = 10_000; // numpy.load's own limit (max_header_size).

    /// <summary>Deflate cannot make data smaller than this (zlib's technical details: "a maximum compression factor of about 1032").</summary>
    private const int MaxDeflateFactor = 1032;

    private readonly string _path;
    private readonly BudgetStream _file;
    private readonly ZipArchive _archive;
    private readonly List<WeightTensor> _tensors = [];
    private readonly List<ZipArchiveEntry> _entries = [];

    private NpzContainer(string path, BudgetStream file) => (_path, _file, _archive) = (path, file, new ZipArchive(file, ZipArchiveMode.Read));

    /// <summary>Always null: the format has no place for it.</summary>
    public string? Layout => null;

    /// <inheritdoc/>
    public IReadOnlyList<WeightTensor> Tensors => _tensors;

    /// <summary>Opens a file and reads the header of each array.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="InvalidInputException">The file is damaged, or it holds other arrays.</exception>
    public static NpzContainer Open(string path)
    {
        BudgetStream file = new(File.OpenRead(path)) { Budget = MaxDirectoryBytes };
        try
        {
            NpzContainer container = new(path, file);
            container.ReadHeaders();
            return container;
        }
        catch (Exception e) when (IsDamage(e))
        {
            file.Dispose();
            throw Damaged(path, e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(int tensor, Span<float> values)
    {
        string where = Where(_tensors[tensor].Name);
        try
        {
            using Stream stream = _entries[tensor].Open();
            ReadHeader(stream, where);
            FloatBytes.Read(stream, values);
            if (stream.ReadByte() < 0) return;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(_path, e);
        }

        throw new InvalidInputException($"{where} has more values than its shape [{string.Join(", ", _tensors[tensor].Shape)}] says");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _archive.Dispose();
        _file.Dispose();
    }

    private void ReadHeaders()
    {
        ZipArchiveEntry[] entries = [.. _archive.Entries.Where(entry => entry.FullName.EndsWith(Ending, StringComparison.Ordinal))];
        _file.Budget = long.MaxValue; // From here on, the limits below bound what is read.
        if (entries.Length > WeightTensor.MaxTensors)
            throw new InvalidInputException($"'{_path}' has {entries.Length:N0} arrays; no model needs more than {WeightTensor.MaxTensors:N0}");
        foreach (ZipArchiveEntry entry in entries)
        {
            string name = MessageText.OneLine(entry.FullName[..^Ending.Length]), where = Where(name);
            using Stream stream = entry.Open();
            WeightTensor tensor = new(name, ShapeOf(ReadHeader(stream, where), where));
            long most = Math.Min(entry.Length, Math.Min(entry.CompressedLength, _file.Length) * MaxDeflateFactor);
            if ((long)tensor.Length * sizeof(float) > most)
                throw new InvalidInputException($"{where} has fewer values than its shape [{string.Join(", ", tensor.Shape)}] says");
            _tensors.Add(tensor);
            _entries.Add(entry);
        }
    }

    private static int[] ShapeOf(string header, string where)
    {
        Match match = Dictionary().Match(header);
        if (!match.Success) throw new InvalidInputException($"{where} has a header that cannot be understood: {MessageText.Short(header)}");
        string type = match.Groups["type"].Value, fortran = match.Groups["fortran"].Value;
        if (type != "<f4" || fortran != "False")
        {
            throw new InvalidInputException($"{where} has type {MessageText.Quote(type)}, Fortran order {fortran}; weights are '<f4' in C order: "
                + "save numpy.ascontiguousarray(a, 'float32')");
        }

        const StringSplitOptions Parts = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return WeightTensor.CheckShape(where, [.. match.Groups["shape"].Value.Split(',', Parts)
            .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long dimension) ? dimension : 0)]);
    }

    /// <summary>The Python dictionary at the front of an array.</summary>
    private static string ReadHeader(Stream stream, string where)
    {
        Span<byte> prefix = stackalloc byte[NpzFile.Magic.Length + 2];
        stream.ReadExactly(prefix);
        if (Encoding.Latin1.GetString(prefix[..^2]) != NpzFile.Magic) throw new InvalidInputException($"{where} does not begin as a numpy array does");
        bool isLong = prefix[^2] > 1; // Versions 2 and 3 have room for longer headers.
        Span<byte> length = stackalloc byte[isLong ? sizeof(uint) : sizeof(ushort)];
        stream.ReadExactly(length);
        uint bytes = isLong ? BinaryPrimitives.ReadUInt32LittleEndian(length) : BinaryPrimitives.ReadUInt16LittleEndian(length);
        if (bytes > MaxHeaderBytes) throw new InvalidInputException($"{where} has a header of {bytes:N0} bytes; at most {MaxHeaderBytes:N0} are possible");
        var header = new byte[bytes];
        stream.ReadExactly(header);
        return MessageText.OneLine(Encoding.Latin1.GetString(header).TrimEnd());
    }

    /// <summary>What the library for zip archives throws at damaged ones; places outside the file are arguments that it does not check.</summary>
    private static bool IsDamage(Exception e) => e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentOutOfRangeException;

    private string Where(string name) => $"'{_path}': array {MessageText.Quote(name)}";

    private static InvalidInputException Damaged(string path, Exception e) =>
        new($"'{path}' is not an npz file, or it is damaged: {MessageText.OneLine(e.Message)}", e);

    [GeneratedRegex(
        @"^\{'descr': '(?<type>[^']*)', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[0-9, ]*)\), \}\s*$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Dictionary();
}
