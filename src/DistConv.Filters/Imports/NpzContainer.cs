using System.IO.Compression;
using DistConv.Core;
using DistConv.Core.Reading;
using DistConv.Filters.Exports;
using DistConv.Training.Files;

namespace DistConv.Filters.Imports;

/// <summary>An npz file, numpy's too (<c>numpy.savez</c>, <c>savez_compressed</c>): float32 arrays in C order. See <see cref="NpzFile"/>.</summary>
internal sealed class NpzContainer : IWeightContainer
{
    /// <summary>The limit of the archive's directory: 1 MiB, five times what the largest model's arrays need.</summary>
    public const int MaxDirectoryBytes = 1 << 20;

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
            NpyHeader.Read(stream, where);
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
        ZipArchiveEntry[] entries = [.. _archive.Entries.Where(entry => entry.FullName.EndsWith(NpyHeader.Ending, StringComparison.Ordinal))];
        _file.Budget = long.MaxValue; // From here on, the limits below bound what is read.
        if (entries.Length > WeightTensor.MaxTensors)
            throw new InvalidInputException($"'{_path}' has {entries.Length:N0} arrays; no model needs more than {WeightTensor.MaxTensors:N0}");
        foreach (ZipArchiveEntry entry in entries)
        {
            string name = MessageText.OneLine(entry.FullName[..^NpyHeader.Ending.Length]), where = Where(name);
            using Stream stream = entry.Open();
            WeightTensor tensor = new(name, ShapeOf(NpyHeader.Read(stream, where), where));
            long most = Math.Min(entry.Length, Math.Min(entry.CompressedLength, _file.Length) * NpyHeader.MaxDeflateFactor);
            if ((long)tensor.Length * sizeof(float) > most)
                throw new InvalidInputException($"{where} has fewer values than its shape [{string.Join(", ", tensor.Shape)}] says");
            _tensors.Add(tensor);
            _entries.Add(entry);
        }
    }

    private static int[] ShapeOf(NpyHeader header, string where) => header is { Type: "<f4", IsFortran: false }
        ? WeightTensor.CheckShape(where, [.. header.Shape])
        : throw new InvalidInputException($"{where} has type {MessageText.Quote(header.Type)}, Fortran order {header.IsFortran}; weights are '<f4' in C order: "
            + "save numpy.ascontiguousarray(a, 'float32')");

    /// <summary>What the library for zip archives throws at damaged ones; places outside the file are arguments that it does not check.</summary>
    private static bool IsDamage(Exception e) => e is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentOutOfRangeException;

    private string Where(string name) => $"'{_path}': array {MessageText.Quote(name)}";

    private static InvalidInputException Damaged(string path, Exception e) =>
        new($"'{path}' is not an npz file, or it is damaged: {MessageText.OneLine(e.Message)}", e);
}
