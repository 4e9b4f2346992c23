using System.Globalization;

namespace DistConv.Training.Data.Digits;

/// <summary>A point that the pen passes, in em (x to the right, y down, both 0 … 1).</summary>
/// <param name="X">Abscissa.</param>
/// <param name="Y">Ordinate.</param>
/// <param name="IsCorner">The stroke turns sharply here.</param>
/// <param name="StartsStroke">The pen comes down here.</param>
internal readonly record struct ControlPoint(double X, double Y, bool IsCorner, bool StartsStroke);

/// <summary>One way to write a digit.</summary>
/// <param name="Weight">How often it is chosen, relative to the other ways.</param>
/// <param name="Points">What the pen passes, stroke after stroke.</param>
internal sealed record DigitGlyph(int Weight, ControlPoint[] Points)
{
    /// <summary>Reads "x,y x,y! / x,y …": hundredths of the em, '!' after a corner, '/' where the pen is lifted.</summary>
    public static DigitGlyph Parse(int weight, string text)
    {
        var points = new List<ControlPoint>();
        bool starts = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word == "/")
            {
                starts = true;
                continue;
            }

            string[] xy = word.TrimEnd('!').Split(',');
            points.Add(new ControlPoint(Hundredths(xy[0]), Hundredths(xy[1]), word.EndsWith('!'), starts));
            starts = false;
        }

        return new DigitGlyph(weight, [.. points]);
    }

    private static double Hundredths(string digits) => int.Parse(digits, CultureInfo.InvariantCulture) / 100.0;
}
