using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DistConv.Core;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Snapshots;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["a.dcs"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_whatWasWritten_givesEveryBitBack()
    {
        Snapshot written = SnapshotSamples.Create();

        string sha256 = SnapshotFile.Write(FilePath, written);
        Snapshot read = SnapshotFile.Read(FilePath, out string readSha256);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(FilePath))), sha256);
        Assert.Equal(sha256, readSha256);
        Assert.Equal(written.Spec, read.Spec);
        Assert.Equal(written.Step, read.Step);
        Assert.Equal(written.NumericsVersion, read.NumericsVersion);
        Assert.Equal(written.CreatedAt, read.CreatedAt);
        Assert.Equal(written.Running, read.Running);
        Assert.Equal(written.Epochs, read.Epochs);
        Assert.Equal(written.OptimizerScalars.OrderBy(pair => pair.Key), read.OptimizerScalars.OrderBy(pair => pair.Key));
        Assert.Equal(written.LayerHashes, read.LayerHashes);
        Assert.Equal(SnapshotContent.Full, read.Content);
        Assert.Equal(written.Tensors.Count, read.Tensors.Count);
        foreach ((SnapshotTensor expected, SnapshotTensor actual) in written.Tensors.Zip(read.Tensors))
        {
            Assert.Equal((expected.Name, expected.Role), (actual.Name, actual.Role));
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(Bits(expected), Bits(actual));
        }

        Assert.Equal(written.WeightsDigest(), read.WeightsDigest());
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Read_epochsWithAndWithoutValidation_comeBack()
    {
        Snapshot plain = SnapshotSamples.Create();
        Snapshot written =
            new(plain, plain.Tensors) { Epochs = [plain.Epochs[0], plain.Epochs[1] with { ValidationLoss = double.NaN, ValidationAccuracy = 0.5 }] };

        SnapshotFile.Write(FilePath, written);

        Assert.Equal(written.Epochs, SnapshotFile.Read(FilePath).Epochs);
    }

    [Fact]
    public void Read_epochsWithAucAndAbsoluteErrors_comeBack()
    {
        Snapshot plain = SnapshotSamples.Create();
        EpochMetrics epoch = plain.Epochs[0];
        EpochMetrics[] epochs =
        [
            epoch with { TestAuc = 0.75 },
            epoch with { TestMeanAbsoluteError = 2, ValidationLoss = 1, ValidationAccuracy = 0, ValidationMeanAbsoluteError = 3 },
            epoch with { TestAuc = 0.5, ValidationLoss = 1, ValidationAccuracy = 0, ValidationAuc = 1 },
        ];

        SnapshotFile.Write(FilePath, new Snapshot(plain, plain.Tensors) { Epochs = epochs });

        Assert.Equal(epochs, SnapshotFile.Read(FilePath).Epochs);
    }

    [Fact]
    public void ReadHeader_whatWasWritten_hasTheBlockTable()
    {
        SnapshotFile.Write(FilePath, SnapshotSamples.Create());

        SnapshotHeader header = SnapshotFile.ReadHeader(FilePath);

        Assert.Equal(7, header.Step);
        Assert.Equal(["conv1/kernel", "conv1/bias", "dense/kernel", "conv1/kernel/firstMoment"], header.Blocks.Select(block => block.Name));
        Assert.Equal([0L, 36, 40, 64], header.Blocks.Select(block => block.OffsetBytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(SnapshotSamples.AwkwardValues))), header.Blocks[0].Sha256);
        Assert.Equal(header.Blocks.Count, SnapshotFile.Verify(FilePath).Blocks.Count);
    }

    [Fact]
    public void Read_tensorLongerThanAChunk_givesItBack()
    {
        float[] values = [.. Enumerable.Range(0, (1 << 18) + 3).Select(i => (float)i)];
        Snapshot large = new(SnapshotSamples.Create(), [new SnapshotTensor("dense/kernel", SnapshotTensor.Weight, [values.Length], values)]);

        SnapshotFile.Write(FilePath, large);

        Assert.Equal(values, SnapshotFile.Read(FilePath).Tensors[0].Values.ToArray());
        Assert.Single(SnapshotFile.Verify(FilePath).Blocks);
    }

    [Fact]
    public void Write_fileExists_leavesItAlone()
    {
        File.WriteAllText(FilePath, "precious");

        Assert.Throws<IOException>(() => SnapshotFile.Write(FilePath, SnapshotSamples.Create()));

        Assert.Equal("precious", File.ReadAllText(FilePath));
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Root));
    }

    [Theory]
    [InlineData("a", 2, "weight")]
    [InlineData("a", 3, "gradient")]
    [InlineData("conv1/bias", 3, "weight")]
    public void Write_tensorThatContradictsItself_throws(string name, int length, string role)
    {
        Snapshot good = SnapshotSamples.Create();
        Snapshot bad = new(good, [.. good.Tensors, new SnapshotTensor(name, role, [3], new float[length])]);

        Assert.Throws<ArgumentException>(() => SnapshotFile.Write(FilePath, bad));

        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void WeightsDigest_knownWeights_isShaOfTheirLittleEndianBytes()
    {
        Snapshot snapshot = new(SnapshotSamples.Create(),
        [
            new SnapshotTensor("k", SnapshotTensor.Weight, [1, 2], new float[] { 1f, -2f }),
            new SnapshotTensor("k/slot", SnapshotTensor.Slot, [1], new float[] { 9f }),
            new SnapshotTensor("b", SnapshotTensor.Weight, [1], new float[] { 0.5f }),
        ]);

        // Python: hashlib.sha256(struct.pack('<3f', 1, -2, 0.5)).hexdigest()
        Assert.Equal("sha256:2ce4bdb6b34a50ac7092eb9fee94337a27498e9eb9bae44192f15b88831b2422", snapshot.WeightsDigest());
    }

    [Fact]
    public void Read_otherNumericsVersion_readsButCannotBeResumed()
    {
        SnapshotFile.Write(FilePath, SnapshotSamples.Create(numericsVersion: NumericsVersion.Current + 1));

        Snapshot snapshot = SnapshotFile.Read(FilePath);

        Assert.Equal(NumericsVersion.Current + 1, snapshot.NumericsVersion);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => snapshot.EnsureResumable(FilePath));
        Assert.Contains($"'{FilePath}' has numericsVersion {NumericsVersion.Current + 1}, this build computes with {NumericsVersion.Current}", e.Message);
        Assert.DoesNotContain('\n', e.Message);
        SnapshotSamples.Create().EnsureResumable("fine");
    }

    [Fact]
    public void KernelsOnly_ofAConvolution_keepsKernelsAndCannotBeResumed()
    {
        Snapshot kernels = SnapshotSamples.Create().KernelsOnly()!;
        SnapshotFile.Write(FilePath, kernels);

        Snapshot read = SnapshotFile.Read(FilePath);

        Assert.Equal("conv1/kernel", Assert.Single(read.Tensors).Name);
        Assert.Contains("holds kernels only", Assert.Throws<InvalidInputException>(() => read.EnsureResumable("k")).Message);
    }

    [Fact]
    public void EnsureResumable_specOfOtherNumericsVersion_throws()
    {
        JobSpec old = SnapshotSamples.Spec with { NumericsVersion = NumericsVersion.Current - 1 };

        Assert.Throws<InvalidInputException>(() => SnapshotSamples.Create(spec: old).EnsureResumable("x"));
    }

    private static byte[] Bits(SnapshotTensor tensor) => MemoryMarshal.AsBytes(tensor.Values.Span).ToArray();
}
