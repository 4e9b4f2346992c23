using System.Buffers.Binary;
using System.Security.Cryptography;
using DistConv.Core;
using DistConv.Training.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Snapshots;

public sealed class SnapshotDamageTests : IDisposable
{
    private const int PrefixBytes = 16;
    private const int SealBytes = 32;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _good;

    public SnapshotDamageTests()
    {
        SnapshotFile.Write(FilePath, SnapshotSamples.Create());
        _good = File.ReadAllBytes(FilePath);
    }

    private string FilePath => _folder["a.dcs"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_oneBitFlippedAnywhere_saysSo()
    {
        for (int i = 0; i < _good.Length; i++)
        {
            // Every bit of what is parsed before it is hashed, one bit of each byte behind.
            for (int bit = i < PrefixBytes ? 0 : i % 8; bit < (i < PrefixBytes ? 8 : (i % 8) + 1); bit++)
            {
                byte[] bad = [.. _good];
                bad[i] ^= (byte)(1 << bit);
                File.WriteAllBytes(FilePath, bad);

                AssertRefused(() => SnapshotFile.Read(FilePath), $"bit {bit} of byte {i}");
                AssertRefused(() => SnapshotFile.Verify(FilePath), $"bit {bit} of byte {i}");
            }
        }
    }

    [Fact]
    public void ReadHeader_oneBitFlippedInTheHeader_saysSo()
    {
        int headerEnd = PrefixBytes + BinaryPrimitives.ReadInt32LittleEndian(_good.AsSpan(12)) + SealBytes;
        for (int i = 0; i < headerEnd; i++)
        {
            byte[] bad = [.. _good];
            bad[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(FilePath, bad);

            AssertRefused(() => SnapshotFile.ReadHeader(FilePath), $"byte {i}");
        }
    }

    [Fact]
    public void Read_truncatedAnywhere_saysSo()
    {
        for (int length = 0; length < _good.Length; length++)
        {
            File.WriteAllBytes(FilePath, _good.AsSpan(0, length));

            AssertRefused(() => SnapshotFile.Read(FilePath), $"length {length}");
            AssertRefused(() => SnapshotFile.Verify(FilePath), $"length {length}");
            AssertRefused(() => SnapshotFile.ReadHeader(FilePath), $"length {length}");
        }
    }

    [Fact]
    public void Read_bytesAppended_saysSo()
    {
        File.WriteAllBytes(FilePath, [.. _good, 0]);

        AssertRefused(() => SnapshotFile.Read(FilePath), "appended");
    }

    [Fact]
    public void Read_damagedTensor_namesTensor()
    {
        byte[] bad = [.. _good];
        bad[^(SealBytes + 1)] ^= 1;
        File.WriteAllBytes(FilePath, bad);

        Assert.Contains("tensor 'conv1/kernel/firstMoment' does not match", Assert.Throws<InvalidInputException>(() => SnapshotFile.Read(FilePath)).Message);
    }

    [Fact]
    public void Read_newerFileFormat_asksForANewerVersion()
    {
        byte[] newer = [.. _good];
        newer[8]++;
        File.WriteAllBytes(FilePath, Reseal(newer));

        Assert.Contains(
            "has file format 2, this build reads 1: use a newer DistConv", Assert.Throws<InvalidInputException>(() => SnapshotFile.Read(FilePath)).Message);
    }

    [Fact]
    public void Read_headerOfAHostileWriter_isRefusedOrReadWithoutAnotherException()
    {
        int headerBytes = BinaryPrimitives.ReadInt32LittleEndian(_good.AsSpan(12));
        int refused = 0;
        for (int i = PrefixBytes; i < PrefixBytes + headerBytes; i++)
        {
            foreach (byte hostile in (ReadOnlySpan<byte>)[0xDD, 0xDF, 0xC0, 0xFF, 0x00])
            {
                byte[] bad = [.. _good];
                bad[i] = hostile;
                File.WriteAllBytes(FilePath, Reseal(bad));
                try
                {
                    SnapshotFile.Read(FilePath); // A changed name or number can be as good as the first.
                }
                catch (InvalidInputException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, headerBytes, 5 * headerBytes);
    }

    [Theory]
    [InlineData("nothing.dcs", "does not exist")]
    [InlineData("missing/nothing.dcs", "does not exist")]
    [InlineData("", "is a folder")]
    [InlineData("text.txt", "is not a DistConv snapshot")]
    public void Read_noSnapshot_saysWhatItIs(string name, string expected)
    {
        File.WriteAllText(_folder["text.txt"], "hello, world: this is no snapshot");
        string path = name.Length == 0 ? _folder.Root : _folder[name];

        AssertRefused(() => SnapshotFile.Read(path), expected, path);
        Assert.Contains(expected, Assert.Throws<InvalidInputException>(() => SnapshotFile.ReadHeader(path)).Message);
    }

    private void AssertRefused(Action action, string what, string? path = null)
    {
        Exception? e = Record.Exception(action);
        Assert.True(e is InvalidInputException, $"{what}: {e?.ToString() ?? "no exception"}");
        Assert.Contains(path ?? FilePath, e!.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    /// <summary>Makes both seals right again, as somebody who wants to do harm would.</summary>
    private static byte[] Reseal(byte[] file)
    {
        int header = PrefixBytes + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12));
        SHA256.HashData(file.AsSpan(0, header), file.AsSpan(header, SealBytes));
        SHA256.HashData(file.AsSpan(0, file.Length - SealBytes), file.AsSpan(file.Length - SealBytes));
        return file;
    }
}
