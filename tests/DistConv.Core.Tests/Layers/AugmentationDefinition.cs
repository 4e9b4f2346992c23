using DistConv.Core.Layers;
using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.CenterCrop;
using DistConv.Core.Layers.RandomBrightness;
using DistConv.Core.Layers.RandomContrast;
using DistConv.Core.Layers.RandomCrop;
using DistConv.Core.Layers.RandomFlip;
using DistConv.Core.Layers.RandomRotation;
using DistConv.Core.Layers.RandomTranslation;
using DistConv.Core.Layers.RandomZoom;
using DistConv.Core.Layers.Resizing;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Layers;

/// <summary>
/// Keras's layers that vary and resize pictures, in double and slowly, from the formulas of keras/src/layers/preprocessing/image_preprocessing and of
/// tf.keras 2 (get_rotation_matrix, smart_resize, tf.image.resize without antialiasing).
/// </summary>
/// <param name="spec">The layer.</param>
/// <param name="image">The input's shape.</param>
/// <param name="words">The random words of the sample.</param>
internal sealed class AugmentationDefinition(LayerSpec spec, TensorShape image, Func<uint, uint> words)
{
    public double[] Apply(double[] x, bool training) => spec switch
    {
        CenterCropSpec crop when crop.Height <= image.Height && crop.Width <= image.Width => Cut(
            x, crop.Height, crop.Width, (image.Height - crop.Height) / 2, (image.Width - crop.Width) / 2),
        CenterCropSpec crop => SmartResize(x, crop),
        ResizingSpec { CropToAspectRatio: true } resizing => SmartResize(x, resizing),
        ResizingSpec { PadToAspectRatio: true } resizing => PadAndResize(x, resizing),
        ResizingSpec resizing => Resize(x, image, resizing),
        RandomCropSpec crop when training && crop.Height <= image.Height && crop.Width <= image.Width => Cut(
            x, crop.Height, crop.Width, (int)Math.Floor(Unit(0) * (image.Height - crop.Height + 1)), (int)Math.Floor(Unit(1) * (image.Width - crop.Width + 1))),
        RandomCropSpec crop => SmartResize(x, crop),
        _ when !training => x,
        RandomFlipSpec flip => Flip(x, flip.Mode),
        RandomBrightnessSpec brightness => [.. x.Select(value => Clip(
            value + ((brightness.ValueRange.Upper - brightness.ValueRange.Lower) * Draw(brightness.Factor, 0)), brightness.ValueRange))],
        RandomContrastSpec contrast => Contrast(x, contrast),
        WarpSpec warp => Warp(x, warp),
        _ => throw new NotSupportedException(spec.Type),
    };

    private double Unit(uint index) => (words(index) + 0.5) / 4294967296.0;

    private double Draw(FactorRange range, uint index) => range.Lower + (Unit(index) * (range.Upper - range.Lower));

    private static double Clip(double value, FactorRange range) => Math.Min(Math.Max(value, range.Lower), range.Upper);

    private double[] Flip(double[] x, FlipMode mode)
    {
        bool leftRight = mode != FlipMode.Vertical && Unit(0) < 0.5, upDown = mode != FlipMode.Horizontal && Unit(1) < 0.5;
        return Each(image, (h, w, c) => x[At(image, upDown ? image.Height - 1 - h : h, leftRight ? image.Width - 1 - w : w, c)]);
    }

    private double[] Contrast(double[] x, RandomContrastSpec contrast)
    {
        double factor = Draw(new FactorRange(1 - contrast.Factor.Lower, 1 + contrast.Factor.Upper), 0);
        double[] means = [.. Enumerable.Range(0, image.Channels).Select(c => x.Where((_, i) => i % image.Channels == c).Average())];
        return [.. x.Select((value, i) => Clip(((value - means[i % image.Channels]) * factor) + means[i % image.Channels], contrast.ValueRange))];
    }

    private double[] Warp(double[] x, WarpSpec warp)
    {
        (double a0, double a1, double a2, double b0, double b1, double b2) = Matrix(warp);
        return Each(image, (h, w, c) =>
        {
            double column = (a0 * w) + (a1 * h) + a2, row = (b0 * w) + (b1 * h) + b2;
            if (warp.Interpolation == Interpolation.Nearest) return Pixel((int)Math.Floor(row + 0.5), (int)Math.Floor(column + 0.5));
            int top = (int)Math.Floor(row), left = (int)Math.Floor(column);
            double upper = ((left + 1 - column) * Pixel(top, left)) + ((column - left) * Pixel(top, left + 1));
            double lower = ((left + 1 - column) * Pixel(top + 1, left)) + ((column - left) * Pixel(top + 1, left + 1));
            return ((top + 1 - row) * upper) + ((row - top) * lower);

            double Pixel(int y, int z) => Padded(x, y, z, c, warp);
        });
    }

    private double Padded(double[] x, int h, int w, int c, WarpSpec warp)
    {
        bool isInside = h >= 0 && h < image.Height && w >= 0 && w < image.Width;
        if (isInside) return x[At(image, h, w, c)];
        return warp.FillMode == FillMode.Constant ? warp.FillValue : x[At(image, Place(h, image.Height), Place(w, image.Width), c)];

        int Place(int i, int n)
        {
            while (i < 0 || i >= n)
            {
                i = warp.FillMode switch
                {
                    FillMode.Reflect => i < 0 ? -1 - i : (2 * n) - 1 - i,
                    FillMode.Wrap => i < 0 ? i + n : i - n,
                    _ => i < 0 ? 0 : n - 1,
                };
            }

            return i;
        }
    }

    private (double A0, double A1, double A2, double B0, double B1, double B2) Matrix(WarpSpec warp)
    {
        (double height, double width) = (image.Height, image.Width);
        switch (warp)
        {
            case RandomTranslationSpec translation:
                return (1, 0, -width * Draw(translation.WidthFactor, 1), 0, 1, -height * Draw(translation.HeightFactor, 0));
            case RandomZoomSpec zoom:
                double rows = 1 + Draw(zoom.HeightFactor, 0), columns = zoom.WidthFactor is { } factor ? 1 + Draw(factor, 1) : rows;
                return (columns, 0, (width - 1) / 2 * (1 - columns), 0, rows, (height - 1) / 2 * (1 - rows));
            case RandomRotationSpec rotation:
                double angle = 2 * Math.PI * Draw(rotation.Factor, 0), cos = Math.Cos(angle), sin = Math.Sin(angle);
                double x = ((width - 1) - ((cos * (width - 1)) - (sin * (height - 1)))) / 2;
                double y = ((height - 1) - ((sin * (width - 1)) + (cos * (height - 1)))) / 2;
                return (cos, -sin, x, sin, cos, y);
            default:
                throw new NotSupportedException(warp.Type);
        }
    }

    private double[] Cut(double[] x, int height, int width, int top, int left) =>
        Each(new TensorShape(height, width, image.Channels), (h, w, c) => x[At(image, h + top, w + left, c)]);

    private double[] SmartResize(double[] x, ResizeSpec resize)
    {
        int height = Math.Max(Math.Min(image.Height, (int)((double)(image.Width * resize.Height) / resize.Width)), 1);
        int width = Math.Max(Math.Min(image.Width, (int)((double)(image.Height * resize.Width) / resize.Height)), 1);
        double[] window = Cut(x, height, width, (int)((image.Height - height) / 2.0), (int)((image.Width - width) / 2.0));
        return Resize(window, new TensorShape(height, width, image.Channels), resize);
    }

    private double[] PadAndResize(double[] x, ResizingSpec resizing)
    {
        int height = Math.Max(image.Height, (int)((double)(image.Width * resizing.Height) / resizing.Width));
        int width = Math.Max(image.Width, (int)((double)(image.Height * resizing.Width) / resizing.Height));
        int rows = (int)((height - image.Height) / 2.0), columns = (int)((width - image.Width) / 2.0);
        TensorShape padded = new(image.Height + (2 * rows), image.Width + (2 * columns), image.Channels);
        double[] surrounded = Each(padded, (h, w, c) => h >= rows && h < rows + image.Height && w >= columns && w < columns + image.Width
            ? x[At(image, h - rows, w - columns, c)] : resizing.FillValue);
        return Resize(surrounded, padded, resizing);
    }

    private static double[] Resize(double[] x, TensorShape from, ResizeSpec resize)
    {
        double scaleH = (double)from.Height / resize.Height, scaleW = (double)from.Width / resize.Width;
        return Each(new TensorShape(resize.Height, resize.Width, from.Channels), (h, w, c) =>
        {
            double row = (h + 0.5) * scaleH, column = (w + 0.5) * scaleW;
            if (resize.Interpolation == Interpolation.Nearest)
                return x[At(from, Math.Min((int)Math.Floor(row), from.Height - 1), Math.Min((int)Math.Floor(column), from.Width - 1), c)];
            (row, column) = (row - 0.5, column - 0.5);
            (int top, int left) = ((int)Math.Max(Math.Floor(row), 0), (int)Math.Max(Math.Floor(column), 0));
            (int bottom, int right) = ((int)Math.Min(Math.Ceiling(row), from.Height - 1), (int)Math.Min(Math.Ceiling(column), from.Width - 1));
            (double lerpH, double lerpW) = (row - Math.Floor(row), column - Math.Floor(column));
            double upper = x[At(from, top, left, c)] + (lerpW * (x[At(from, top, right, c)] - x[At(from, top, left, c)]));
            double lower = x[At(from, bottom, left, c)] + (lerpW * (x[At(from, bottom, right, c)] - x[At(from, bottom, left, c)]));
            return upper + (lerpH * (lower - upper));
        });
    }

    private static double[] Each(TensorShape shape, Func<int, int, int, double> value) => [.. Enumerable.Range(0, shape.Size).Select(
        i => value(i / shape.Channels / shape.Width, i / shape.Channels % shape.Width, i % shape.Channels))];

    private static int At(TensorShape shape, int h, int w, int c) => (((h * shape.Width) + w) * shape.Channels) + c;
}
