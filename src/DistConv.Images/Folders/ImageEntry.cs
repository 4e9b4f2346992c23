using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DistConv.Images.Folders;

/// <summary>A picture of a folder.</summary>
/// <param name="Name">Its path in the folder, with "/".</param>
/// <param name="Label">Its class.</param>
/// <param name="Order">Its place among the others: part of a hash of seed and name.</param>
/// <param name="Stamp">Length and time of the last change, by which a changed file is noticed.</param>
internal sealed record ImageEntry(string Name, int Label, ulong Order, string Stamp)
{
    /// <summary>What it is labelled with, if not a class.</summary>
    public float[] Targets { get; init; } = [];

    /// <summary>A picture.</summary>
    /// <param name="name">Its path in the folder, with "/".</param>
    /// <param name="file">Its file.</param>
    /// <param name="label">Its class.</param>
    /// <param name="seed">Key of the order.</param>
    public static ImageEntry Of(string name, FileInfo file, int label, ulong seed)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{name}"));
        return new ImageEntry(name, label, BinaryPrimitives.ReadUInt64BigEndian(hash), StampOf(file));
    }

    /// <summary>By hash.</summary>
    public static ImageEntry[] InOrder(IEnumerable<ImageEntry> entries) =>
        [.. entries.OrderBy(entry => entry.Order).ThenBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Of a link, what it leads to counts; one that leads nowhere is found out when it is decoded.</summary>
    private static string StampOf(FileInfo file)
    {
        FileInfo target = file;
        try
        {
            if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } final) target = final;
        }
        catch (IOException)
        {
            // A link to itself: its own stamp will do.
        }

        return $"{target.Length} {target.LastWriteTimeUtc.Ticks}";
    }
}
