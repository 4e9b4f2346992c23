namespace DistConv.Training.Data.Digits;

/// <summary>
/// The ways to write each digit. A way is a handful of points that a smooth pen stroke passes; see <see cref="DigitGlyph.Parse"/> for the notation.
/// Changing any number changes the data set: raise <see cref="DigitsDataset.GeneratorVersion"/>.
/// </summary>
internal static class DigitGlyphs
{
    /// <summary>The most control points in a glyph.</summary>
    public const int MaxControlPoints = 20;

    private static readonly DigitGlyph[][] Ways =
    [
        [ // 0: closed at the top, started at the right, from right to left, narrow, overlapping
            DigitGlyph.Parse(4, "50,2 24,15 12,48 22,84 50,98 77,84 88,50 77,16 50,2 40,5"),
            DigitGlyph.Parse(3, "68,7 40,3 18,25 12,60 30,94 62,95 86,66 85,28 66,6 55,8"),
            DigitGlyph.Parse(2, "56,0 28,18 14,55 26,90 52,98 78,80 86,42 72,12 46,6 36,14"),
            DigitGlyph.Parse(2, "48,3 32,20 26,50 33,82 50,97 68,82 74,50 67,18 50,3 44,6"),
            DigitGlyph.Parse(2, "78,18 58,3 32,10 14,38 18,74 42,97 70,90 88,60 82,28 62,8 44,12"),
        ],
        [ // 1: a bar, a bent bar, with a flag, with flag and base
            DigitGlyph.Parse(6, "52,0 50,50 48,100"),
            DigitGlyph.Parse(3, "54,0 47,35 49,70 52,100"),
            DigitGlyph.Parse(3, "39,16 47,9 54,0! 53,50 52,100"),
            DigitGlyph.Parse(2, "38,17 47,9 54,0! 53,50 52,98 / 30,99 52,98 76,99"),
        ],
        [ // 2: sharp base, looped base, wavy base, round shoulder, like a Z
            DigitGlyph.Parse(4, "14,23 28,5 58,1 80,19 74,46 46,74 12,96! 50,96 90,95"),
            DigitGlyph.Parse(4, "13,20 36,2 68,5 80,30 62,60 34,88 13,94 10,82 27,76 52,88 72,96 92,88"),
            DigitGlyph.Parse(3, "12,16 34,3 64,4 78,24 66,52 38,78 10,98! 32,88 60,97 90,92"),
            DigitGlyph.Parse(2, "22,32 20,12 44,0 72,8 80,32 62,58 36,80 16,97! 52,99 88,98"),
            DigitGlyph.Parse(2, "8,12 40,4 80,8! 46,50 10,92! 50,92 94,94"),
        ],
        [ // 3: two bows, flat top, small loop in the middle, round spine, with a tail
            DigitGlyph.Parse(4, "15,13 42,0 74,11 74,33 44,46! 76,54 88,76 62,97 30,98 9,86"),
            DigitGlyph.Parse(2, "14,4! 48,3 82,3! 58,24 42,40! 74,48 88,72 64,97 34,99 10,90"),
            DigitGlyph.Parse(2, "16,12 44,0 76,12 72,34 48,46 38,44 46,39 72,50 86,74 62,97 30,98 8,84"),
            DigitGlyph.Parse(2, "20,8 50,1 76,16 66,38 46,47 74,58 82,80 54,98 14,93"),
            DigitGlyph.Parse(2, "8,20 36,3 72,8 66,34 40,48! 70,52 78,74 56,94 26,99 4,94"),
        ],
        [ // 4: open, a bowl, a closed triangle, open and slanted, open and flying
            DigitGlyph.Parse(4, "26,4 17,32 13,57! 48,58 90,55 / 72,6 69,50 67,100"),
            DigitGlyph.Parse(4, "18,4 14,34 24,53 52,52 80,40 / 82,0 78,45 73,100"),
            DigitGlyph.Parse(3, "66,2! 38,34 9,67! 48,66 92,64 / 68,2 66,50 65,100"),
            DigitGlyph.Parse(3, "36,0 22,30 10,60! 50,62 92,58 / 66,30 62,64 56,100"),
            DigitGlyph.Parse(2, "30,2 22,28 16,52! 50,50 94,44 / 72,18 64,58 56,100"),
        ],
        [ // 5: two strokes, one stroke with corners, one smooth stroke, a big belly, a flying roof
            DigitGlyph.Parse(4, "22,4 19,24 17,44! 45,38 76,50 82,76 56,97 12,91 / 21,4 52,3 86,1"),
            DigitGlyph.Parse(3, "86,2 54,4 26,5! 22,26 19,46! 48,40 78,54 80,80 50,98 13,92"),
            DigitGlyph.Parse(2, "84,4 46,5 28,12 24,34 42,45 70,53 82,73 62,95 34,98 12,88"),
            DigitGlyph.Parse(2, "28,5 25,20 22,38! 54,34 84,54 80,84 48,99 18,90 / 27,6 56,8 80,3"),
            DigitGlyph.Parse(3, "96,2 64,5 38,10! 32,28 24,46! 48,42 68,58 64,82 38,98 6,92"),
        ],
        [ // 6: round, a small loop, a hooked top, a wide loop, a steep back
            DigitGlyph.Parse(4, "70,2 40,20 18,56 24,90 54,98 80,80 70,56 42,56 20,76"),
            DigitGlyph.Parse(3, "60,0 36,30 18,66 28,95 60,97 76,77 60,58 36,64 21,80"),
            DigitGlyph.Parse(2, "84,6 62,0 34,20 17,58 26,91 56,98 82,80 68,59 40,60 20,76"),
            DigitGlyph.Parse(2, "48,0 24,30 14,66 32,96 68,95 86,72 62,55 32,62 16,80"),
            DigitGlyph.Parse(2, "32,0 20,38 16,72 34,97 68,92 76,72 52,58 22,74"),
        ],
        [ // 7: plain, with a bar, with a serif, curved, with a wavy roof
            DigitGlyph.Parse(4, "10,8 46,6 86,4! 64,46 42,100"),
            DigitGlyph.Parse(2, "10,7 46,5 88,3! 66,48 44,100 / 32,52 56,51 82,48"),
            DigitGlyph.Parse(2, "11,20 11,6! 48,7 88,4! 62,50 46,100"),
            DigitGlyph.Parse(3, "10,12 36,4 74,5 86,14 70,42 54,70 46,100"),
            DigitGlyph.Parse(2, "10,20 16,9 36,7 62,9 90,0! 64,48 38,100"),
        ],
        [ // 8: one stroke from the right, two ovals, from the middle, a small top, crossing at the end
            DigitGlyph.Parse(4, "78,13 50,1 23,17 40,42 70,60 79,84 50,98 21,84 30,61 60,42 80,20 74,8"),
            DigitGlyph.Parse(3, "50,47 26,32 28,8 52,1 76,10 74,32 50,47 20,62 18,88 50,99 82,88 80,62 50,47 42,45"),
            DigitGlyph.Parse(2, "56,46 32,34 26,12 52,0 76,14 66,38 36,56 18,80 44,99 78,88 76,64 52,46 44,38"),
            DigitGlyph.Parse(2, "72,8 48,1 32,17 46,38 72,58 82,82 54,98 20,86 28,60 58,37 68,18 62,5"),
            DigitGlyph.Parse(3, "84,8 58,2 34,14 42,38 68,60 70,86 44,98 22,84 34,60 62,36 90,6"),
        ],
        [ // 9: straight leg, hooked leg, one smooth stroke, a narrow loop, a slanted leg
            DigitGlyph.Parse(4, "80,16 54,1 24,14 20,40 46,53 74,36 81,10! 79,52 72,100"),
            DigitGlyph.Parse(3, "80,18 56,2 26,12 20,36 44,50 72,36 82,12! 84,50 74,86 48,99 20,90"),
            DigitGlyph.Parse(3, "82,24 66,3 36,4 18,26 30,46 60,44 80,22 78,56 62,100"),
            DigitGlyph.Parse(2, "74,18 54,1 27,14 24,40 48,54 70,38 78,9! 75,52 70,100"),
            DigitGlyph.Parse(3, "84,8 56,4 26,22 22,44 48,46 72,28 88,4! 70,52 48,100"),
        ],
    ];

    /// <summary>The way to write a digit that a uniform number chooses.</summary>
    /// <param name="digit">0 … 9.</param>
    /// <param name="uniform">[0, 1).</param>
    /// <returns>The glyph.</returns>
    public static DigitGlyph Choose(int digit, double uniform)
    {
        DigitGlyph[] ways = Ways[digit];
        int total = 0;
        foreach (DigitGlyph way in ways)
            total += way.Weight;
        double left = uniform * total;
        foreach (DigitGlyph way in ways)
        {
            left -= way.Weight;
            if (left < 0)
                return way;
        }

        return ways[^1];
    }
}
