using DistConv.Dashboard.Tests.Support;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>The page's types are those of the API.</summary>
public sealed class TypesTests
{
    private const string Path = "src/DistConv.Dashboard/Page/src/api/types.ts";

    /// <summary>With DISTCONV_WRITE_TYPES=1 the file is written instead: do that after a change of the records, and build the page.</summary>
    [Fact]
    public void Types_ofThePage_areGeneratedFromTheRecords()
    {
        string file = System.IO.Path.Combine(Root(), Path), types = TypeScriptTypes.Generate();
        if (Environment.GetEnvironmentVariable("DISTCONV_WRITE_TYPES") == "1") File.WriteAllText(file, types);
        Assert.Equal(types, File.ReadAllText(file));
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "DistConv.sln"))) folder = System.IO.Path.GetDirectoryName(folder)!;
        return folder;
    }
}
