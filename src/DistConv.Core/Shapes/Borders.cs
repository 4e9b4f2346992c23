namespace DistConv.Core.Shapes;

/// <summary>Rows and columns at the edges of an image, to be added or to be cut off; none is negative.</summary>
/// <param name="Top">Rows above the first.</param>
/// <param name="Bottom">Rows below the last.</param>
/// <param name="Left">Columns left of the first.</param>
/// <param name="Right">Columns right of the last.</param>
public readonly record struct Borders(int Top, int Bottom, int Left, int Right)
{
    /// <summary>Rows above and below together.</summary>
    public int Rows => Top + Bottom;

    /// <summary>Columns left and right together.</summary>
    public int Columns => Left + Right;

    /// <summary>As many rows above as below, and as many columns left as right.</summary>
    /// <param name="rows">Rows on each side.</param>
    /// <param name="columns">Columns on each side.</param>
    /// <returns>The borders.</returns>
    public static Borders Symmetric(int rows, int columns) => new(rows, rows, columns, columns);

    /// <inheritdoc/>
    public override string ToString() => $"[[{Top}, {Bottom}], [{Left}, {Right}]]";
}
