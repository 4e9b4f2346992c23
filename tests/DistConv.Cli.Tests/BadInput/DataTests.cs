using System.IO.Compression;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

public sealed class DataTests : BadInputTest
{
    [Fact]
    public Task Train_wrongMagic_namesTheFile() => RefusesAsync(0, file => file[3] = 9, "train-images-idx3-ubyte");

    [Fact]
    public Task Train_magicOfLabelsInImages_namesTheFile() => RefusesAsync(0, file => file[3] = 1, "train-images-idx3-ubyte");

    [Fact]
    public Task Train_labelOutOfRange_namesTheFile() => RefusesAsync(1, file => file[8 + 17] = 11, "train-labels-idx1-ubyte", "11");

    [Fact]
    public async Task Train_shortFile_namesTheFile()
    {
        Write(0, TinyData.Images(203)[..5000]);
        await RefusesAsync(["train-images-idx3-ubyte"], Arguments);
    }

    [Fact]
    public async Task Train_headerCutShort_namesTheFile()
    {
        Write(3, [0, 0, 8]);
        await RefusesAsync(["t10k-labels-idx1-ubyte"], Arguments);
    }

    [Fact]
    public async Task Train_differentCounts_namesBoth()
    {
        Write(1, TinyData.Labels(202));
        await RefusesAsync(["203", "202"], Arguments);
    }

    [Fact]
    public async Task Train_truncatedGzip_namesTheFile()
    {
        Write(-1, []);
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(TinyData.Images(203));
        File.Delete(Folder[Path.Combine("mnist", TinyData.FileNames[0])]);
        File.WriteAllBytes(Folder[Path.Combine("mnist", TinyData.FileNames[0] + ".gz")], packed.ToArray()[..^20]);
        await RefusesAsync([TinyData.FileNames[0] + ".gz"], Arguments);
    }

    [Fact]
    public async Task Train_missingFile_namesIt()
    {
        Write(-1, []);
        File.Delete(Folder[Path.Combine("mnist", TinyData.FileNames[2])]);
        await RefusesAsync(["t10k-images-idx3-ubyte"], Arguments);
    }

    private string[] Arguments => ["train", "--data", "mnist", "--data-dir", Folder.FullPath, "--model", Folder.Write("tiny.json", TinyData.Model)];

    private Task RefusesAsync(int file, Action<byte[]> damage, params string[] fragments)
    {
        byte[] bytes = file == 0 ? TinyData.Images(203) : TinyData.Labels(203);
        damage(bytes);
        Write(file, bytes);
        return RefusesAsync(fragments, Arguments);
    }

    /// <summary>A whole data set, but for one file.</summary>
    private void Write(int file, byte[] bytes)
    {
        string folder = TinyData.WriteIdx(Folder["mnist"]);
        if (file >= 0) File.WriteAllBytes(Path.Combine(folder, TinyData.FileNames[file]), bytes);
    }
}
