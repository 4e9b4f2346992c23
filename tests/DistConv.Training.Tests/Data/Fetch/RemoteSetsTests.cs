using DistConv.Tests.Shared;
using DistConv.Training.Data;
using DistConv.Training.Data.Fetch;
using Xunit;

namespace DistConv.Training.Tests.Data.Fetch;

public sealed class RemoteSetsTests
{
    [Fact]
    public void All_haveMirrorsSizesAndSums()
    {
        Assert.Equal(["mnist", "fashion-mnist", "cifar10"], RemoteSets.All.Select(set => set.Name));
        Assert.All(RemoteSets.All, set =>
        {
            Assert.True(set.Mirrors.Count >= 2);
            Assert.All(set.Mirrors, mirror => Assert.EndsWith("/", mirror.AbsoluteUri, StringComparison.Ordinal));
            Assert.All(set.Files, file => Assert.Matches("^[0-9a-f]{64}$", file.Sha256));
            Assert.All(set.Files, file => Assert.EndsWith(".gz", file.Name, StringComparison.Ordinal));
        });
        Assert.Equal(
            ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"],
                RemoteSets.Find("cifar10")!.FinalNames);
        Assert.All(RemoteSets.Find("cifar10")!.Archived, file => Assert.Equal(30_730_000, file.Bytes));
        Assert.Null(RemoteSets.Find("digits"));
    }

    [Fact]
    public void Mnist_realFiles_haveThePinnedSums()
    {
        string folder = RealMnist.Folder();
        Assert.All(RemoteSets.Find("mnist")!.Files, file => Assert.Null(PinCheck.Problem(Path.Combine(folder, file.Name), file)));
    }

    [Fact]
    public void Locate_environment_goesBeforeTheCustomOfTheSystem()
    {
        string given = Path.Combine(Path.GetTempPath(), "given"), xdg = Path.Combine(Path.GetTempPath(), "xdg");
        Assert.Equal(given, Locate(("DISTCONV_CACHE", given), ("XDG_CACHE_HOME", xdg)));
        Assert.Equal(Path.GetFullPath("here"), Locate(("DISTCONV_CACHE", "here")));
        Assert.True(Path.IsPathFullyQualified(Locate()));
        Assert.Contains("distconv", Locate(("DISTCONV_CACHE", "")), StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux()) return;
        Assert.Equal(Path.Combine(xdg, "distconv"), Locate(("XDG_CACHE_HOME", xdg)));
        Assert.EndsWith(Path.Combine(".cache", "distconv"), Locate(("XDG_CACHE_HOME", "relative")), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_namedSet_isFoundInTheCacheAfterTheDataFolder()
    {
        using IdxFiles cache = new IdxFiles(), data = new IdxFiles();
        foreach (ArchivedFile file in RemoteSets.Find("cifar10")!.Archived)
        {
            using FileStream sparse = File.Create(cache.Write(Path.Combine("cifar10", file.Name), []));
            sparse.SetLength(file.Bytes);
        }

        Assert.Null(DataCatalog.Locate("cifar10", data.Folder, data.Folder));
        Assert.Equal(cache.Folder, DataCatalog.Locate("cifar10", data.Folder, cache.Folder));
        Assert.Equal(10_000, DataCatalog.BuiltIn.Open("cifar10", data.Folder, cacheDirectory: cache.Folder).Test.Count);
        data.Write("test_batch.bin", [0]);
        Assert.Equal(data.Folder, DataCatalog.Locate("cifar10", data.Folder, cache.Folder));
    }

    private static string Locate(params (string Name, string Value)[] variables) =>
        DataCache.Locate(name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());
}
