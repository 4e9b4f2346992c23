using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Border;

/// <summary>
/// Copies between an image and its inside: what is left of it without its borders. Values are copied and none is computed, so the bits are the same in every
/// instruction set.
/// </summary>
/// <param name="inside">The inside.</param>
/// <param name="borders">What surrounds it in the whole image.</param>
internal readonly unsafe struct BorderCopy(TensorShape inside, Borders borders)
{
    private readonly int _rows = inside.Height;
    private readonly int _row = inside.Width * inside.Channels;
    private readonly int _outerRow = (inside.Width + borders.Columns) * inside.Channels;
    private readonly int _first = ((borders.Top * (inside.Width + borders.Columns)) + borders.Left) * inside.Channels;
    private readonly int _whole = (inside.Height + borders.Rows) * (inside.Width + borders.Columns) * inside.Channels;

    /// <summary>whole[h + top, w + left, c] = inner[h, w, c]; +0 everywhere else.</summary>
    /// <param name="inner">height × width × channels.</param>
    /// <param name="whole">(height + rows) × (width + columns) × channels, overwritten.</param>
    public void Embed(float* inner, float* whole)
    {
        new Span<float>(whole, _whole).Clear();
        for (int h = 0; h < _rows; h++) Copy(inner + ((long)h * _row), whole + _first + ((long)h * _outerRow));
    }

    /// <summary>inner[h, w, c] = whole[h + top, w + left, c].</summary>
    /// <param name="whole">(height + rows) × (width + columns) × channels.</param>
    /// <param name="inner">height × width × channels, overwritten.</param>
    public void Extract(float* whole, float* inner)
    {
        for (int h = 0; h < _rows; h++) Copy(whole + _first + ((long)h * _outerRow), inner + ((long)h * _row));
    }

    private void Copy(float* source, float* destination) => new ReadOnlySpan<float>(source, _row).CopyTo(new Span<float>(destination, _row));
}
