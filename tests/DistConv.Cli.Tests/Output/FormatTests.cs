using DistConv.Cli.Output;
using Xunit;

namespace DistConv.Cli.Tests.Output;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(13.2, "0:14")]
    [InlineData(725, "12:05")]
    [InlineData(3723, "1:02:03")]
    [InlineData(90_000, "25:00:00")]
    [InlineData(double.NaN, "-")]
    [InlineData(double.PositiveInfinity, "-")]
    public void Duration_seconds_areRoundedUp(double seconds, string expected) => Assert.Equal(expected, Format.Duration(seconds));

    [Theory]
    [InlineData(0.931, 1, "93.1 %")]
    [InlineData(0.97814, 2, "97.81 %")]
    [InlineData(double.NaN, 2, "-")]
    public void Percent_share_hasItsDigits(double share, int digits, string expected) => Assert.Equal(expected, Format.Percent(share, digits));

    [Theory]
    [InlineData(0.23014, "0.2301")]
    [InlineData(12345.6, "1.235E+04")]
    [InlineData(double.NaN, "NaN")]
    public void Loss_anyValue_staysShort(double loss, string expected) => Assert.Equal(expected, Format.Loss(loss));

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(14_400_000, "14.4 MB")]
    public void Bytes_size_hasAUnit(long bytes, string expected) => Assert.Equal(expected, Format.Bytes(bytes));

    [Theory]
    [InlineData("plain/path", "plain/path")]
    [InlineData("my jobs", "\"my jobs\"")]
    public void ShellWord_spaces_areQuoted(string word, string expected) => Assert.Equal(expected, Format.ShellWord(word));

    [Fact]
    public void TextTable_columns_areAligned()
    {
        TextTable table = new("NAME", " COUNT");
        table.Add("a", "5");
        table.Add("long name", "12,345");
        Assert.Equal("NAME        COUNT\na               5\nlong name  12,345", table.ToString());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("4", "4")]
    [InlineData("0 1 2 3", "0-3")]
    [InlineData("0 2 3 4 9", "0, 2-4, 9")]
    public void Ranges_ascendingNumbers_joinsRuns(string numbers, string expected) =>
        Assert.Equal(expected, Format.Ranges([.. numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]));
}
