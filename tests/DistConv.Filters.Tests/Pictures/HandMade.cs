using DistConv.Core.Models;
using DistConv.Filters.Kernels;
using DistConv.Images.Drawing;
using SkiaSharp;

namespace DistConv.Filters.Tests.Pictures;

/// <summary>Layers with chosen weights, and what a panel draws.</summary>
internal static class HandMade
{
    /// <summary>A layer whose weights a function of kh, kw, input channel and filter gives.</summary>
    public static LayerKernels Layer(int kernel, int inC, int outC, Func<int, int, int, int, float> weight, string name = "conv1")
    {
        LayerKernels drawn = LayerKernels.Initial(ModelSpec.Parse($$"""
            {"name": "m", "input": [12, 12, {{inC}}], "layers": [
              {"type": "conv2d", "name": "{{name}}", "filters": {{outC}}, "kernel": {{kernel}}},
              {"type": "flatten"}, {"type": "dense", "units": 2, "activation": "softmax"}]}
            """, "m"), 1)[0];
        var values = new float[kernel * kernel * inC * outC];
        int i = 0;
        for (int kh = 0; kh < kernel; kh++)
        {
            for (int kw = 0; kw < kernel; kw++)
            {
                for (int ic = 0; ic < inC; ic++)
                {
                    for (int oc = 0; oc < outC; oc++) values[i++] = weight(kh, kw, ic, oc);
                }
            }
        }

        return drawn with { Values = values };
    }

    /// <summary>What a panel draws, with two pixels a point.</summary>
    public static SKBitmap Pixels(Panel panel)
    {
        SKBitmap bitmap = new((int)MathF.Ceiling(panel.Size.Width * 2), (int)MathF.Ceiling(panel.Size.Height * 2));
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(Palette.Paper);
        canvas.Scale(2);
        panel.Draw(canvas, 0, 0);
        return bitmap;
    }
}
