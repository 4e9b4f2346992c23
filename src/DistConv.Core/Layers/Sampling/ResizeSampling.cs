using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Sampling;

/// <summary>Sampling of a window of an image that becomes an image of another size. It is made once: the tables are shared by all samples.</summary>
internal struct ResizeSampling : ISampling
{
    private readonly AxisTaps[] _rows;
    private readonly AxisTaps[] _columns;
    private readonly TensorShape _image;
    private AxisTaps _row;

    /// <summary>A sampling.</summary>
    /// <param name="image">The shape of the input.</param>
    /// <param name="window">What is resized.</param>
    /// <param name="height">Rows of the output.</param>
    /// <param name="width">Columns of the output.</param>
    /// <param name="interpolation">What lies between pixels.</param>
    public ResizeSampling(TensorShape image, ImageWindow window, int height, int width, Interpolation interpolation)
    {
        _image = image;
        _rows = AxisTaps.Resized(image.Height, window.Top, window.Height, height, interpolation);
        _columns = AxisTaps.Resized(image.Width, window.Left, window.Width, width, interpolation);
    }

    public void Row(int h) => _row = _rows[h];

    public readonly PixelTaps At(int w) => new(_row, _columns[w], _image.Width, _image.Channels);
}
