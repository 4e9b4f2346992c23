using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Digests that are checked in: Golden/NAME.txt holds the numericsVersion and the weights' digest.</summary>
internal static class Golden
{
    public static void AssertEqual(string name, string digest)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Golden", name + ".txt");
        string actual = $"numericsVersion {NumericsVersion.Current}\n{digest}";
        string golden = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd() : "(there is no such file)";
        Assert.True(
            golden == actual,
            $"""
            The weights are not those of tests/DistConv.Training.Tests/Golden/{name}.txt.
            golden:
            {golden}
            now:
            {actual}
            If no change of numerics is meant, this is a bug: a sum has another order, or a random number another place.
            If one is meant, raise NumericsVersion.Current, say in the commit why and what it does to the loss, and replace the file by what stands under "now".
            """);
    }
}
