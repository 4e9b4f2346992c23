using Xunit;

namespace DistConv.House.Tests.Checks;

/// <summary>What a check found: one line for each place.</summary>
internal static class Violations
{
    public static void AssertNone(string rule, IEnumerable<string> found)
    {
        string[] lines = [.. found];
        Assert.True(lines.Length == 0, $"{rule}: {lines.Length} violation(s)\n{string.Join('\n', lines)}");
    }

    /// <summary>A line if a rule is broken.</summary>
    public static IEnumerable<string> Unless(bool isKept, string line) => isKept ? [] : [line];

    /// <summary>1 for the first line.</summary>
    public static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;
}
