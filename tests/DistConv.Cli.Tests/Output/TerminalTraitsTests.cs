using DistConv.Cli.Output;
using Xunit;

namespace DistConv.Cli.Tests.Output;

public sealed class TerminalTraitsTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("1", false)]
    [InlineData("0", false)]
    public void Colours_noColor_anyValueTurnsThemOff(string value, bool expected) =>
        Assert.Equal(expected, TerminalTraits.Colours(name => name == "NO_COLOR" ? value : null));

    [Theory]
    [InlineData("LANG=en_US.UTF-8", true)]
    [InlineData("LANG=C.utf8", true)]
    [InlineData("LANG=C", false)]
    [InlineData("", false)]
    [InlineData("LC_ALL=C LANG=en_US.UTF-8", false)]
    [InlineData("LC_ALL= LC_CTYPE=de_DE.UTF-8 LANG=C", true)]
    [InlineData("TERM=linux LANG=en_US.UTF-8", false)]
    public void Unicode_locale_decides(string environment, bool expected)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(expected, TerminalTraits.Unicode(variables.GetValueOrDefault, isWindows: false));
        Assert.True(TerminalTraits.Unicode(variables.GetValueOrDefault, isWindows: true));
    }
}
