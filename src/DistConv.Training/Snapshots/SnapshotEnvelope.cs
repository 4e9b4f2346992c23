using System.Buffers;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using MessagePack;

namespace DistConv.Training.Snapshots;

/// <summary>
/// The MessagePack header of a snapshot file: maps with readable keys in one fixed order, written and read by hand. The input is untrusted: nesting is fixed,
/// the reader refuses a count that its remaining bytes cannot hold before anything is allocated, and no map is hashed by keys from the file.
/// The specification is the canonical JSON of the job folder's <c>spec.json</c>, so that there is one form of it.
/// </summary>
internal static partial class SnapshotEnvelope
{
    private const int FieldCount = 10;
    private const int EpochFieldCount = 9;

    /// <summary>Encodes a header.</summary>
    /// <param name="header">The header.</param>
    /// <returns>Its bytes.</returns>
    public static byte[] Encode(SnapshotHeader header)
    {
        ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        writer.WriteMapHeader(FieldCount);
        writer.Write("content");
        writer.Write(header.Content == SnapshotContent.Full ? "full" : "kernels");
        writer.Write("spec");
        writer.Write(JobJson.Canonical(header.Spec));
        writer.Write("step");
        writer.Write(header.Step);
        writer.Write("numericsVersion");
        writer.Write(header.NumericsVersion);
        writer.Write("createdAt");
        writer.Write(header.CreatedAt.UtcDateTime);
        WriteRunning(ref writer, header.Running);
        WriteEpochs(ref writer, header.Epochs);
        writer.Write("optimizerScalars");
        writer.WriteMapHeader(header.OptimizerScalars.Count);
        foreach ((string name, double value) in header.OptimizerScalars.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(value);
        }

        writer.Write("layerHashes");
        writer.WriteArrayHeader(header.LayerHashes.Count);
        foreach (ulong hash in header.LayerHashes)
        {
            writer.Write(hash);
        }

        WriteBlocks(ref writer, header.Blocks);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRunning(ref MessagePackWriter writer, RunningMetrics running)
    {
        writer.Write("running");
        writer.WriteMapHeader(6);
        writer.Write("samples");
        writer.Write(running.Samples);
        writer.Write("lossSum");
        writer.Write(running.LossSum);
        writer.Write("correct");
        writer.Write(running.Correct);
        writer.Write("coverageFirst");
        writer.Write(running.Coverage.First);
        writer.Write("coverageSecond");
        writer.Write(running.Coverage.Second);
        writer.Write("coverageCount");
        writer.Write(running.Coverage.Count);
    }

    private static void WriteEpochs(ref MessagePackWriter writer, IReadOnlyList<EpochMetrics> epochs)
    {
        writer.Write("epochs");
        writer.WriteArrayHeader(epochs.Count);
        foreach (EpochMetrics epoch in epochs)
        {
            (string Name, double? Value)[] optional = [.. OptionalFields(epoch).Where(field => field.Value is not null)];
            writer.WriteMapHeader(EpochFieldCount + optional.Length);
            writer.Write("epoch");
            writer.Write(epoch.Epoch);
            writer.Write("step");
            writer.Write(epoch.Step);
            writer.Write("trainLoss");
            writer.Write(epoch.TrainLoss);
            writer.Write("trainAccuracy");
            writer.Write(epoch.TrainAccuracy);
            writer.Write("testLoss");
            writer.Write(epoch.TestLoss);
            writer.Write("testAccuracy");
            writer.Write(epoch.TestAccuracy);
            writer.Write("seconds");
            writer.Write(epoch.Seconds);
            writer.Write("samplesUsed");
            writer.Write(epoch.SamplesUsed);
            writer.Write("coverageDigest");
            writer.Write(epoch.CoverageDigest);
            foreach ((string name, double? value) in optional)
            {
                writer.Write(name);
                writer.Write(value!.Value);
            }
        }
    }

    /// <summary>What only some epochs have, in the order of the file.</summary>
    private static (string Name, double? Value)[] OptionalFields(EpochMetrics epoch) =>
    [
        ("validationLoss", epoch.ValidationLoss),
        ("validationAccuracy", epoch.ValidationLoss is null ? null : epoch.ValidationAccuracy ?? 0),
        ("testAuc", epoch.TestAuc),
        ("testMeanAbsoluteError", epoch.TestMeanAbsoluteError),
        ("validationAuc", epoch.ValidationAuc),
        ("validationMeanAbsoluteError", epoch.ValidationMeanAbsoluteError),
    ];

    private static void WriteBlocks(ref MessagePackWriter writer, IReadOnlyList<SnapshotBlock> blocks)
    {
        writer.Write("blocks");
        writer.WriteArrayHeader(blocks.Count);
        foreach (SnapshotBlock block in blocks)
        {
            writer.WriteMapHeader(6);
            writer.Write("name");
            writer.Write(block.Name);
            writer.Write("role");
            writer.Write(block.Role);
            writer.Write("shape");
            writer.WriteArrayHeader(block.Shape.Length);
            foreach (int dimension in block.Shape)
            {
                writer.Write(dimension);
            }

            writer.Write("offset");
            writer.Write(block.OffsetBytes);
            writer.Write("length");
            writer.Write(block.LengthBytes);
            writer.Write("sha256");
            writer.Write(block.Sha256);
        }
    }
}
