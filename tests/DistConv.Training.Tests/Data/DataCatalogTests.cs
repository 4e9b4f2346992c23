using System.Security.Cryptography;
using DistConv.Core;
using DistConv.Training.Data;
using Xunit;

namespace DistConv.Training.Tests.Data;

public sealed class DataCatalogTests
{
    [Theory]
    [InlineData("mnist", "", false)]
    [InlineData("mnist", "mnist", true)]
    [InlineData("fashion-mnist", "", true)]
    [InlineData("fashion-mnist", "fashion-mnist", false)]
    public void Open_namedSet_isFoundInTheFolderOrBelow(string name, string subfolder, bool pack)
    {
        using IdxFiles files = new IdxFiles().WriteAll(subfolder, pack);

        DataSource source = DataCatalog.BuiltIn.Open(name, files.Folder);

        Assert.Equal(name, source.Name);
        Assert.Equal((3, 2, 10), (source.Train.Count, source.Test.Count, source.Test.ClassCount));
        Assert.Equal("(3, 2, 1)", source.Train.Shape.ToString());
        Assert.Equal([7, 8, 9, 10, 11, 12], source.Train.Image(1).ToArray());
        Assert.Equal((9, 2), (source.Train.Label(1), source.Test.Label(1)));
    }

    [Fact]
    public void Open_idx_countsClassesOverBothSplits()
    {
        using IdxFiles files = new IdxFiles().WriteAll(testLabels: IdxFiles.Labels(17, 2));

        foreach (DataSource source in new[] { DataCatalog.BuiltIn.Open("idx:" + files.Folder, null), DataCatalog.BuiltIn.Open("idx", files.Folder) })
        {
            Assert.Equal("idx", source.Name);
            Assert.Equal((18, 18), (source.Train.ClassCount, source.Test.ClassCount));
        }
    }

    [Fact]
    public void Open_dottedNames_areFound()
    {
        using var files = new IdxFiles();
        files.Write("train-images.idx3-ubyte", IdxFiles.Images(1));
        files.Write("train-labels.idx1-ubyte.gz", IdxFiles.Pack(IdxFiles.Labels(1)));
        files.Write("t10k-images.idx3-ubyte", IdxFiles.Images(1));
        files.Write("t10k-labels.idx1-ubyte", IdxFiles.Labels(0));

        Assert.Equal(2, DataCatalog.BuiltIn.Open("idx:" + files.Folder, null).Train.ClassCount);
    }

    [Fact]
    public void Open_packedAndUnpacked_haveTheDocumentedFingerprint()
    {
        using IdxFiles plain = new IdxFiles().WriteAll(), packed = new IdxFiles().WriteAll(pack: true);
        byte[] trainHeader = [3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0], testHeader = [2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0];
        byte[] content = [.. trainHeader, .. IdxFiles.Images(3)[16..], 0, 9, 4, .. testHeader, .. IdxFiles.Images(2)[16..], 1, 2];

        string expected = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

        Assert.Equal(expected, DataCatalog.BuiltIn.Open("mnist", plain.Folder).Fingerprint);
        Assert.Equal(expected, DataCatalog.BuiltIn.Open("idx", packed.Folder).Fingerprint);
    }

    [Fact]
    public void Open_digits_takesASeed()
    {
        Assert.Equal("digits:v1:seed=2026:60000+10000", DataCatalog.BuiltIn.Open("digits", null).Fingerprint);
        Assert.Equal("digits:v1:seed=5:60000+10000", DataCatalog.BuiltIn.Open("digits", "ignored", digitsSeed: 5).Fingerprint);
    }

    [Fact]
    public void Names_all_areDescribedAndDigitsComesFirst()
    {
        Assert.Equal(["digits", "mnist", "fashion-mnist", "cifar10", "idx:DIR", "npz:FILE"], DataCatalog.BuiltIn.Names.Select(name => name.Name));
        Assert.All(DataCatalog.BuiltIn.Names, name => Assert.NotEmpty(name.Description));
    }

    [Theory]
    [InlineData("mnits", null, "unknown data set 'mnits'; the choices are digits, mnist, fashion-mnist, cifar10, idx:DIR, npz:FILE")]
    [InlineData("", null, "unknown data set ''")]
    [InlineData("mnist", null, "data directory")]
    [InlineData("mnist", null, "is not in the cache 'no-cache': fetch it by 'distconv data fetch mnist'")]
    [InlineData("idx", null, "data directory")]
    [InlineData("idx:", null, "write idx:DIR")]
    [InlineData("idx:no-such-folder", null, "'no-such-folder' (no such folder): expected train-images-idx3-ubyte, train-labels-idx1-ubyte")]
    public void Open_wrongName_saysWhatWouldBeRight(string name, string? folder, string part)
    {
        var error = Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open(name, folder, cacheDirectory: "no-cache"));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Open_noFiles_namesBothFolders()
    {
        using var files = new IdxFiles();
        var error = Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open("mnist", files.Folder, cacheDirectory: "no-cache"));
        Assert.Contains($"'{Path.Combine(files.Folder, "mnist")}' (no such folder) and '{files.Folder}': expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_oneFileMissing_namesIt()
    {
        using IdxFiles files = new IdxFiles().WriteAll();
        File.Delete(Path.Combine(files.Folder, IdxFiles.TestLabels));

        var error = Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open("mnist", files.Folder));
        Assert.Contains($"folder '{files.Folder}' lacks t10k-labels-idx1-ubyte", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_labelOutOfRange_namesFileLabelAndSample()
    {
        using IdxFiles files = new IdxFiles().WriteAll(trainLabels: IdxFiles.Labels(0, 1, 10));

        var error = Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open("mnist", files.Folder));
        Assert.Contains("train-labels-idx1-ubyte' has the label 10 at sample 2; labels must be 0 to 9", error.Message, StringComparison.Ordinal);
        Assert.Equal(11, DataCatalog.BuiltIn.Open("idx", files.Folder).Train.ClassCount);
    }

    [Fact]
    public void Open_countsDiffer_namesBoth()
    {
        using IdxFiles files = new IdxFiles().WriteAll(testLabels: IdxFiles.Labels(1, 2, 3));
        var error = Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open("mnist", files.Folder));
        Assert.Contains("has 2 images, and", error.Message, StringComparison.Ordinal);
        Assert.Contains("has 3 labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_imageSizesDiffer_namesBoth()
    {
        using IdxFiles files = new IdxFiles().WriteAll(testImages: IdxFiles.Images(2, 2, 3));
        var error = Assert.Throws<InvalidInputException>(() => DataCatalog.BuiltIn.Open("mnist", files.Folder));
        Assert.Contains("has images of 3 × 2, and", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_noSuchSample_throws()
    {
        using IdxFiles files = new IdxFiles().WriteAll();
        IDataset test = DataCatalog.BuiltIn.Open("mnist", files.Folder).Test;
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Image(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Label(-1));
    }
}
