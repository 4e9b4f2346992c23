using System.Text.Json;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using MessagePack;

namespace DistConv.Training.Snapshots;

internal static partial class SnapshotEnvelope
{
    private const int MaxRank = 8;

    /// <summary>Decodes a header.</summary>
    /// <param name="bytes">What <see cref="Encode"/> wrote.</param>
    /// <returns>The header; its blocks follow each other without a gap.</returns>
    /// <exception cref="InvalidDataException">The bytes are not a header that this version writes.</exception>
    public static SnapshotHeader Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            MessagePackReader reader = new(bytes);
            ExpectMap(ref reader, FieldCount);
            SnapshotHeader header = new()
            {
                Content = ParseContent(Text(ref reader, "content")),
                Spec = JobJson.ParseSpec(Text(ref reader, "spec")),
                Step = Int64(ref reader, "step"),
                NumericsVersion = Int32(ref reader, "numericsVersion"),
                CreatedAt = ReadCreatedAt(ref reader),
                Running = ReadRunning(ref reader),
                Epochs = ReadEpochs(ref reader),
                OptimizerScalars = ReadScalars(ref reader),
                LayerHashes = ReadHashes(ref reader),
                Blocks = ReadBlocks(ref reader),
            };
            Require(reader.End, "there are bytes after the block table");
            Require(header.Step >= 0, "the step is negative");
            return header;
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or JsonException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException(e.Message.ReplaceLineEndings(" "), e);
        }
    }

    private static SnapshotContent ParseContent(string text) => text switch
    {
        "full" => SnapshotContent.Full,
        "kernels" => SnapshotContent.Kernels,
        _ => throw new InvalidDataException($"unknown content '{text}'"),
    };

    private static DateTimeOffset ReadCreatedAt(ref MessagePackReader reader)
    {
        ExpectKey(ref reader, "createdAt");
        return new DateTimeOffset(reader.ReadDateTime());
    }

    private static RunningMetrics ReadRunning(ref MessagePackReader reader)
    {
        ExpectKey(ref reader, "running");
        ExpectMap(ref reader, 6);
        return new RunningMetrics(
            Int64(ref reader, "samples"),
            Double(ref reader, "lossSum"),
            Int64(ref reader, "correct"),
            new CoverageState(UInt64(ref reader, "coverageFirst"), UInt64(ref reader, "coverageSecond"), Int64(ref reader, "coverageCount")));
    }

    private static EpochMetrics[] ReadEpochs(ref MessagePackReader reader)
    {
        ExpectKey(ref reader, "epochs");
        EpochMetrics[] epochs = new EpochMetrics[reader.ReadArrayHeader()];
        for (int i = 0; i < epochs.Length; i++)
        {
            int fields = reader.ReadMapHeader();
            int most = EpochFieldCount + 6;
            Require(fields >= EpochFieldCount && fields <= most, $"an epoch has {fields} entries instead of {EpochFieldCount} to {most}");
            epochs[i] = new EpochMetrics(
                Int32(ref reader, "epoch"),
                Int64(ref reader, "step"),
                Double(ref reader, "trainLoss"),
                Double(ref reader, "trainAccuracy"),
                Double(ref reader, "testLoss"),
                Double(ref reader, "testAccuracy"),
                Double(ref reader, "seconds"),
                Int32(ref reader, "samplesUsed"),
                Text(ref reader, "coverageDigest"));
            epochs[i] = WithOptional(epochs[i], ref reader, fields - EpochFieldCount);
        }

        return epochs;
    }

    /// <summary>What only some epochs have, in the order of <see cref="OptionalFields"/>.</summary>
    private static EpochMetrics WithOptional(EpochMetrics epoch, ref MessagePackReader reader, int left)
    {
        string[] names = [.. OptionalFields(epoch).Select(field => field.Name)];
        for (int next = 0; left > 0; left--)
        {
            string? name = reader.ReadString();
            int at = Array.IndexOf(names, name, next);
            Require(at >= 0, $"an epoch has the entry '{name}' instead of {string.Join(" or ", names[next..])}");
            next = at + 1;
            double value = reader.ReadDouble();
            epoch = name switch
            {
                "validationLoss" => epoch with { ValidationLoss = value },
                "validationAccuracy" => epoch with { ValidationAccuracy = value },
                "testAuc" => epoch with { TestAuc = value },
                "testMeanAbsoluteError" => epoch with { TestMeanAbsoluteError = value },
                "validationAuc" => epoch with { ValidationAuc = value },
                "validationMeanAbsoluteError" => epoch with { ValidationMeanAbsoluteError = value },
                _ => throw new InvalidDataException($"an epoch has the entry '{name}'"),
            };
        }

        return epoch;
    }

    private static SortedDictionary<string, double> ReadScalars(ref MessagePackReader reader)
    {
        ExpectKey(ref reader, "optimizerScalars");
        SortedDictionary<string, double> scalars = new(StringComparer.Ordinal);
        for (int left = reader.ReadMapHeader(); left > 0; left--)
        {
            string name = reader.ReadString() ?? throw new InvalidDataException("an optimizer scalar has no name");
            scalars.Add(name, reader.ReadDouble());
        }

        return scalars;
    }

    private static ulong[] ReadHashes(ref MessagePackReader reader)
    {
        ExpectKey(ref reader, "layerHashes");
        ulong[] hashes = new ulong[reader.ReadArrayHeader()];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = reader.ReadUInt64();
        }

        return hashes;
    }

    private static SnapshotBlock[] ReadBlocks(ref MessagePackReader reader)
    {
        ExpectKey(ref reader, "blocks");
        SnapshotBlock[] blocks = new SnapshotBlock[reader.ReadArrayHeader()];
        SortedSet<string> names = new(StringComparer.Ordinal);
        long offset = 0;
        for (int i = 0; i < blocks.Length; i++)
        {
            ExpectMap(ref reader, 6);
            SnapshotBlock block = new(
                Text(ref reader, "name"),
                Text(ref reader, "role"),
                ReadShape(ref reader),
                Int64(ref reader, "offset"),
                Int64(ref reader, "length"),
                Text(ref reader, "sha256"));
            Require(names.Add(block.Name), $"two blocks are called '{block.Name}'");
            Require(SnapshotTensor.IsRole(block.Role), $"block '{block.Name}' has the unknown role '{block.Role}'");
            Require(block.LengthBytes == LengthBytes(block.Shape), $"block '{block.Name}' has a length that does not fit its shape");
            Require(block.OffsetBytes == offset, $"block '{block.Name}' is out of place");
            offset = checked(offset + block.LengthBytes);
            blocks[i] = block;
        }

        return blocks;
    }

    private static int[] ReadShape(ref MessagePackReader reader)
    {
        ExpectKey(ref reader, "shape");
        int rank = reader.ReadArrayHeader();
        Require(rank is >= 1 and <= MaxRank, $"a shape has {rank} dimensions");
        int[] shape = new int[rank];
        foreach (ref int dimension in shape.AsSpan())
        {
            dimension = reader.ReadInt32();
            Require(dimension >= 1, $"a dimension is {dimension}");
        }

        return shape;
    }

    /// <summary>Bytes of a tensor; at most what one array of bytes may hold.</summary>
    private static long LengthBytes(int[] shape)
    {
        long count = 1;
        foreach (int dimension in shape)
        {
            count = checked(count * dimension);
        }

        long length = checked(count * sizeof(float));
        Require(length <= Array.MaxLength, $"a tensor of {count} values is too large");
        return length;
    }

    private static string Text(ref MessagePackReader reader, string key)
    {
        ExpectKey(ref reader, key);
        return reader.ReadString() ?? throw new InvalidDataException($"'{key}' is empty");
    }

    private static long Int64(ref MessagePackReader reader, string key)
    {
        ExpectKey(ref reader, key);
        return reader.ReadInt64();
    }

    private static int Int32(ref MessagePackReader reader, string key)
    {
        ExpectKey(ref reader, key);
        return reader.ReadInt32();
    }

    private static ulong UInt64(ref MessagePackReader reader, string key)
    {
        ExpectKey(ref reader, key);
        return reader.ReadUInt64();
    }

    private static double Double(ref MessagePackReader reader, string key)
    {
        ExpectKey(ref reader, key);
        return reader.ReadDouble();
    }

    private static void ExpectMap(ref MessagePackReader reader, int count)
    {
        int found = reader.ReadMapHeader();
        Require(found == count, $"a map has {found} entries instead of {count}");
    }

    private static void ExpectKey(ref MessagePackReader reader, string key)
    {
        string? found = reader.ReadString();
        Require(found == key, $"'{found}' stands where '{key}' is expected");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
