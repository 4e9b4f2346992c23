namespace DistConv.House.Tests.Checks;

/// <summary>Lines longer than .editorconfig allows.</summary>
internal static class LineLength
{
    public const int MaxColumns = 160;

    public static IEnumerable<string> TooLong(string path, string text)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            int columns = line.TrimEnd('\r').Length;
            if (columns > MaxColumns) yield return $"{path}:{number}: {columns} columns";
        }
    }
}
