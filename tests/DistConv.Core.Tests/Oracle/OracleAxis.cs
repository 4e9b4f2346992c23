using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Oracle;

/// <summary>
/// One axis of a sliding window. https://www.tensorflow.org/api_docs/python/tf/nn, "Notes on padding": valid: ceil((in − k + 1) / stride) outputs; same:
/// ceil(in / stride) outputs, padding max(k − stride, 0) in all if in % stride == 0, else max(k − in % stride, 0), half of it before, rounded down.
/// A dilated window is as large as if zeros stood between its taps: k + (k − 1)(dilation − 1).
/// </summary>
internal sealed class OracleAxis
{
    private readonly int _input;
    private readonly int _stride;
    private readonly int _dilation;
    private readonly int _before;

    public OracleAxis(int input, int taps, int stride, Padding padding, int dilation = 1)
    {
        (_input, _stride, _dilation) = (input, stride, dilation);
        int window = taps + ((taps - 1) * (dilation - 1));
        if (padding == Padding.Valid)
        {
            Outputs = (int)Math.Ceiling((input - window + 1) / (double)stride);
            return;
        }

        Outputs = (int)Math.Ceiling(input / (double)stride);
        int total = input % stride == 0 ? Math.Max(window - stride, 0) : Math.Max(window - (input % stride), 0);
        _before = total / 2;
    }

    public int Outputs { get; }

    /// <summary>Input position of a tap, or −1 in the padding.</summary>
    public int Position(int output, int tap)
    {
        int position = (output * _stride) + (tap * _dilation) - _before;
        return position >= 0 && position < _input ? position : -1;
    }
}
