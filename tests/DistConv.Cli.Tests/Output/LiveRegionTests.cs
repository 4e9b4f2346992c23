using DistConv.Cli.Output;
using Xunit;

namespace DistConv.Cli.Tests.Output;

public sealed class LiveRegionTests : IDisposable
{
    private static readonly Viewport Terminal = new(79, 24, true);

    private readonly StringWriter _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Draw_twoLines_endsAtTheStartOfTheFirst()
    {
        LiveRegion region = new(_terminal, colours: false);
        region.Draw(Lines("a", "b"), Terminal);
        Assert.Equal("\e[?25l\e[?7l\ra\e[K\r\nb\e[J\e[?7h\r\e[1A", _terminal.ToString());
    }

    [Fact]
    public void Draw_nothingNew_writesNothing()
    {
        LiveRegion region = new(_terminal, colours: false);
        region.Draw(Lines("a"), Terminal);
        int length = _terminal.ToString().Length;
        region.Draw(Lines("a"), Terminal);
        Assert.Equal(length, _terminal.ToString().Length);
        region.Draw(Lines("a"), Terminal with { Width = 60 });
        Assert.True(_terminal.ToString().Length > length, "a resized terminal is drawn anew");
    }

    [Fact]
    public void Erase_drawn_clearsFromTheCursorOn() => Assert.Equal("\r\e[J", After(region => region.Erase()));

    [Fact]
    public void Keep_thenEnd_goesBelowAndShowsTheCursor()
    {
        string written = After(region =>
        {
            region.Keep();
            region.End();
            region.End();
        });
        Assert.Equal("\e[1B\r\n\e[?25h", written);
    }

    [Fact]
    public void End_neverDrawn_leavesTheTerminalAlone()
    {
        new LiveRegion(_terminal, colours: true).End();
        Assert.Empty(_terminal.ToString());
    }

    private string After(Action<LiveRegion> act)
    {
        LiveRegion region = new(_terminal, colours: false);
        region.Draw(Lines("a", "b"), Terminal);
        _terminal.GetStringBuilder().Clear();
        act(region);
        return _terminal.ToString();
    }

    private static StyledLine[] Lines(params string[] lines) => [.. lines.Select(line => new StyledLine().Add(line))];
}
