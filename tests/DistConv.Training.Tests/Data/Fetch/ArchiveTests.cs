using System.Formats.Tar;
using DistConv.Core;
using DistConv.Training.Data.Fetch;
using Xunit;

namespace DistConv.Training.Tests.Data.Fetch;

/// <summary>Data sets that are served as a .tar.gz.</summary>
public sealed class ArchiveTests : IDisposable
{
    private static readonly byte[] One = FetchBench.Noise(3, 5000), Two = FetchBench.Noise(4, 700);

    private readonly FetchBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Fetch_archive_unpacksWhatIsExpectedAndNothingElse()
    {
        byte[] archive = Pack(
            ("d/readme.html", [1]), ("../evil.bin", [2]), ("/tmp/distconv-evil.bin", [3]), ("d/../../one.bin", [4]), ("./d/one.bin", One), ("d/two.bin", Two));

        FetchResult result = await FetchAsync(archive);

        Assert.Equal(["one.bin", "two.bin"], _bench.Names());
        Assert.Equal(One, File.ReadAllBytes(Path.Combine(result.Directory, "one.bin")));
        Assert.Equal(Two, File.ReadAllBytes(Path.Combine(result.Directory, "two.bin")));
        Assert.Equal(["set"], Directory.GetFileSystemEntries(_bench.Cache).Select(Path.GetFileName));
        Assert.False(File.Exists("/tmp/distconv-evil.bin"));
    }

    [Fact]
    public async Task Fetch_archiveUnpackedBefore_asksNobody()
    {
        byte[] archive = Pack(("d/one.bin", One), ("d/two.bin", Two));
        await FetchAsync(archive);
        using FaultyServer server = new(request => Reply.Honest(archive, request));
        Assert.Empty((await FetchAsync(archive, server)).Fetched);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Fetch_unpackedFileCutShort_isUnpackedAgain()
    {
        byte[] archive = Pack(("d/one.bin", One), ("d/two.bin", Two));
        string one = Path.Combine((await FetchAsync(archive)).Directory, "one.bin");
        await File.WriteAllBytesAsync(one, One[..100], TestContext.Current.CancellationToken);
        await FetchAsync(archive);
        Assert.Equal(One, await File.ReadAllBytesAsync(one, TestContext.Current.CancellationToken));
    }

    [Fact]
    public Task Fetch_archiveLacksAFile_saysWhich() => RefusesAsync(Pack(("d/one.bin", One)), "lacks d/two.bin");

    [Fact]
    public Task Fetch_archivedFileOfAnotherSize_saysWhich() =>
        RefusesAsync(Pack(("d/one.bin", One[1..]), ("d/two.bin", Two)), "d/one.bin as a RegularFile of 4,999 bytes; a file of 5,000 was expected");

    [Fact]
    public Task Fetch_linkInsteadOfAFile_isRefused() => RefusesAsync(Pack(("d/one.bin", null), ("d/two.bin", Two)), "d/one.bin as a SymbolicLink");

    [Fact]
    public Task Fetch_archiveThatIsNone_isRefused() => RefusesAsync(IdxFiles.Pack(FetchBench.Noise(5, 4000)), "damaged .tar.gz");

    [Fact]
    public Task Fetch_archiveCutWithinAFile_isRefused()
    {
        byte[] whole = Tar(("d/one.bin", One), ("d/two.bin", Two));
        return RefusesAsync(IdxFiles.Pack(whole[..3000]), "damaged .tar.gz");
    }

    private static byte[] Pack(params (string Name, byte[]? Content)[] entries) => IdxFiles.Pack(Tar(entries));

    /// <summary>A tar file; null content makes a symbolic link.</summary>
    private static byte[] Tar(params (string Name, byte[]? Content)[] entries)
    {
        MemoryStream bytes = new();
        using (TarWriter writer = new(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[]? content) in entries)
            {
                writer.WriteEntry(content is null
                    ? new UstarTarEntry(TarEntryType.SymbolicLink, name) { LinkName = "/etc/passwd" }
                    : new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return bytes.ToArray();
    }

    private async Task RefusesAsync(byte[] archive, string part)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FetchAsync(archive));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        string one = Path.Combine(_bench.Cache, "set", "one.bin");
        Assert.True(!File.Exists(one) || File.ReadAllBytes(one).AsSpan().SequenceEqual(One));
    }

    private async Task<FetchResult> FetchAsync(byte[] archive, FaultyServer? other = null)
    {
        using FaultyServer server = new(request => Reply.Honest(archive, request));
        RemoteSet set = new(
            "set",
            [(other ?? server).Url],
            [new RemoteFile("all.tar.gz", archive.Length, PinnedBytes.AsServed, FetchBench.Sum(archive))],
            [new ArchivedFile("d/one.bin", One.Length), new ArchivedFile("d/two.bin", Two.Length)]);
        return await new DatasetFetcher(set, _bench.Cache, _bench.Options).FetchAsync(TestContext.Current.CancellationToken);
    }
}
