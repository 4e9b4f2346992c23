using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Oracle;

/// <summary>A layer that moves values and computes none, as a list: which input each output is, or −1 for a zero.</summary>
internal sealed class OracleGather(int[] sources) : OracleLayer(0)
{
    /// <summary>Each output's input.</summary>
    public IReadOnlyList<int> Sources => sources;

    /// <summary>Zeros around an image; the borders of a cropping are the same with a minus.</summary>
    public static OracleGather Padded(TensorShape input, int top, int bottom, int left, int right) => Of(
        input,
        new TensorShape(input.Height + top + bottom, input.Width + left + right, input.Channels),
        (h, w, c) => (h - top, w - left, c));

    /// <summary>An image with its axes in another order, counted from 1 as in https://keras.io/api/layers/reshaping_layers/permute.</summary>
    public static OracleGather Permuted(TensorShape input, params int[] axes)
    {
        int[] sizes = [input.Height, input.Width, input.Channels];
        return Of(input, new TensorShape(sizes[axes[0] - 1], sizes[axes[1] - 1], sizes[axes[2] - 1]), (h, w, c) =>
        {
            int[] place = new int[3];
            (place[axes[0] - 1], place[axes[1] - 1], place[axes[2] - 1]) = (h, w, c);
            return (place[0], place[1], place[2]);
        });
    }

    /// <summary>An image whose values come from places of another.</summary>
    public static OracleGather Of(TensorShape input, TensorShape output, Func<int, int, int, (int H, int W, int C)> place)
    {
        int[] found = new int[output.Size];
        for (int i = 0; i < found.Length; i++)
        {
            (int h, int w, int c) = place(i / output.Channels / output.Width, i / output.Channels % output.Width, i % output.Channels);
            bool isInside = h >= 0 && h < input.Height && w >= 0 && w < input.Width && c >= 0 && c < input.Channels;
            found[i] = isInside ? (((h * input.Width) + w) * input.Channels) + c : -1;
        }

        return new OracleGather(found);
    }

    public override double[] Forward(double[] x, int sample) => [.. sources.Select(source => source < 0 ? 0 : x[source])];

    public override double[] Backward(double[] x, double[] gradOutput, int sample)
    {
        double[] gradient = new double[x.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] >= 0) gradient[sources[i]] += gradOutput[i];
        }

        return gradient;
    }
}
