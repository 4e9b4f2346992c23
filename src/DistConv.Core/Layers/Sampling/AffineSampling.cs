using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Sampling;

/// <summary>
/// A map from the places of an output to places of the input, both counted from the centre of the image: row = RowByRow · h + RowByColumn · w + Row, and the
/// column likewise.
/// </summary>
internal readonly record struct AffineMap(
    double RowByRow, double RowByColumn, double Row, double ColumnByRow, double ColumnByColumn, double Column)
{
    private const double FullTurn = 6.283185307179586;

    /// <summary>Moves an image: down and to the right if positive.</summary>
    /// <param name="image">Its shape.</param>
    /// <param name="height">By which part of its height.</param>
    /// <param name="width">By which part of its width.</param>
    public static AffineMap Translation(TensorShape image, double height, double width) => new(1, 0, -(height * image.Height), 0, 1, -(width * image.Width));

    /// <summary>Turns an image around its centre: counter-clockwise if positive.</summary>
    /// <param name="turns">By which part of a full turn.</param>
    public static AffineMap Rotation(double turns)
    {
        double angle = turns * FullTurn, sine = ExactMath.Sin(angle), cosine = ExactMath.Cos(angle);
        return new AffineMap(cosine, sine, 0, -sine, cosine, 0);
    }

    /// <summary>Scales an image around its centre: below 1 it shows a part of it, larger; negative numbers mirror it.</summary>
    /// <param name="height">How much of its height it shows.</param>
    /// <param name="width">How much of its width.</param>
    public static AffineMap Scaling(double height, double width) => new(height, 0, 0, 0, width, 0);

    /// <summary>This map of the places that another map gives: that of a picture which this map made and the other one samples. Each coefficient is
    /// fma(a, a', b · c'), each translation fma(a, t', fma(b, u', t)).</summary>
    /// <param name="inner">The map that comes first on the way from the output.</param>
    public AffineMap Behind(in AffineMap inner) => new(
        Math.FusedMultiplyAdd(RowByRow, inner.RowByRow, RowByColumn * inner.ColumnByRow),
        Math.FusedMultiplyAdd(RowByRow, inner.RowByColumn, RowByColumn * inner.ColumnByColumn),
        Math.FusedMultiplyAdd(RowByRow, inner.Row, Math.FusedMultiplyAdd(RowByColumn, inner.Column, Row)),
        Math.FusedMultiplyAdd(ColumnByRow, inner.RowByRow, ColumnByColumn * inner.ColumnByRow),
        Math.FusedMultiplyAdd(ColumnByRow, inner.RowByColumn, ColumnByColumn * inner.ColumnByColumn),
        Math.FusedMultiplyAdd(ColumnByRow, inner.Row, Math.FusedMultiplyAdd(ColumnByColumn, inner.Column, Column)));
}

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

    /// <summary>Where a pixel of the row comes from.</summary>
    public readonly (double Row, double Column) PlaceOf(int w)
    {
        double fromCentre = w - _centreW;
        return (Math.FusedMultiplyAdd(map.RowByColumn, fromCentre, _row), Math.FusedMultiplyAdd(map.ColumnByColumn, fromCentre, _column));
    }

    public readonly PixelTaps At(int w)
    {
        (double placeH, double placeW) = PlaceOf(w);
        AxisTaps row = AxisTaps.At(placeH, image.Height, fill, interpolation), column = AxisTaps.At(placeW, image.Width, fill, interpolation);
        return new PixelTaps(row, column, image.Width, image.Channels);
    }
}
