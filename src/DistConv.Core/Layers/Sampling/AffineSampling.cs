using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Sampling;

/// <summary>
/// A map from the places of an output to places of the input, both counted from the centre of the image: row = RowByRow · h + RowByColumn · w + Row, and the
/// column likewise.
/// </summary>
internal readonly record struct AffineMap(
    double RowByRow, double RowByColumn, double Row, double ColumnByRow, double ColumnByColumn, double Column);

/// <summary>Sampling along an affine map, in an image of the same size.</summary>
/// <param name="map">The map.</param>
/// <param name="image">The shape.</param>
/// <param name="fill">What lies outside.</param>
/// <param name="interpolation">What lies between pixels.</param>
internal struct AffineSampling(AffineMap map, TensorShape image, FillMode fill, Interpolation interpolation) : ISampling
{
    private readonly double _centreH = (image.Height - 1) / 2.0;
    private readonly double _centreW = (image.Width - 1) / 2.0;
    private double _row;
    private double _column;

    public void Row(int h)
    {
        double fromCentre = h - _centreH;
        _row = Math.FusedMultiplyAdd(map.RowByRow, fromCentre, _centreH + map.Row);
        _column = Math.FusedMultiplyAdd(map.ColumnByRow, fromCentre, _centreW + map.Column);
    }

    public readonly PixelTaps At(int w)
    {
        double fromCentre = w - _centreW;
        AxisTaps row = AxisTaps.At(Math.FusedMultiplyAdd(map.RowByColumn, fromCentre, _row), image.Height, fill, interpolation);
        AxisTaps column = AxisTaps.At(Math.FusedMultiplyAdd(map.ColumnByColumn, fromCentre, _column), image.Width, fill, interpolation);
        return new PixelTaps(row, column, image.Width, image.Channels);
    }
}
