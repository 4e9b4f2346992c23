using System.Security.Cryptography;
using DistConv.Training.Data.Fetch;
using DistConv.Training.Tests.Snapshots;

namespace DistConv.Training.Tests.Data.Fetch;

/// <summary>A cache in a folder of its own, and a made-up data set of one file that servers can serve.</summary>
internal sealed class FetchBench : IDisposable
{
    public const string Name = "a.gz";

    public static readonly byte[] Content = Noise(1, 300_000), File = IdxFiles.Pack(Content), OtherFile = IdxFiles.Pack(Noise(2, 300_000));

    private readonly TemporaryFolder _folder = new();

    public string Cache => _folder["cache"];

    public string Final => Path.Combine(Cache, "set", Name);

    public string Part => Final + ".part";

    public List<string> Notes { get; } = [];

    public FetchOptions Options => new() { StallTimeout = TimeSpan.FromMinutes(1), Note = Notes.Add };

    public static RemoteSet Set(PinnedBytes pin, params IEnumerable<FaultyServer> servers) => new(
        "set",
        [.. servers.Select(server => server.Url)],
        [new RemoteFile(Name, File.Length, pin, Sum(pin == PinnedBytes.AsServed ? File : Content))],
        []);

    public static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Bytes that hardly pack, by a linear congruential generator (Numerical Recipes).</summary>
    public static byte[] Noise(uint seed, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)((seed = (seed * 1664525) + 1013904223) >> 24);
        return bytes;
    }

    public void WritePart(byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        System.IO.File.WriteAllBytes(Part, bytes);
    }

    /// <summary>All names in the data set's folder but the lock.</summary>
    public string[] Names() => Directory.Exists(Path.Combine(Cache, "set"))
        ? [.. new DirectoryInfo(Path.Combine(Cache, "set")).GetFiles("*", SearchOption.AllDirectories).Select(file => file.Name).Where(name => name != ".lock")
            .Order(StringComparer.Ordinal)]
        : [];

    public void Dispose() => _folder.Dispose();
}
