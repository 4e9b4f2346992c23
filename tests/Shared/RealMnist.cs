using Xunit;

namespace DistConv.Tests.Shared;

/// <summary>The real MNIST, which is not part of the repository.</summary>
internal static class RealMnist
{
    /// <summary>
    /// The data folder that has it: what <c>DISTCONV_DATA</c> names, or <c>shared/data</c> beside the repository. Skips the test if there is none.
    /// </summary>
    public static string DataFolder()
    {
        string? found = Find();
        Assert.SkipWhen(found is null, "needs the four MNIST files (.gz) in the folder mnist of the data folder that DISTCONV_DATA names");
        return found;
    }

    /// <summary>The folder of the four files.</summary>
    public static string Folder() => Path.Combine(DataFolder(), "mnist");

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DISTCONV_TEST_DATA") == "none") return null; // As on a machine without it: .ci/run says so.
        List<string> folders = [];
        if (Environment.GetEnvironmentVariable("DISTCONV_DATA") is { Length: > 0 } named) folders.Add(named);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            folders.Add(Path.Combine(folder.FullName, "shared", "data"));
        }

        return folders.Find(folder => File.Exists(Path.Combine(folder, "mnist", "train-images-idx3-ubyte.gz")));
    }
}
