using System.Text;

namespace DistConv.Cli.Output;

/// <summary>What a library writes to the console: it goes to standard error, and never into the middle of a live line.</summary>
internal sealed class GuardedWriter(TextWriter inner, Action<Action> whileNothingIsLive) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => whileNothingIsLive(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => whileNothingIsLive(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => whileNothingIsLive(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => whileNothingIsLive(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
