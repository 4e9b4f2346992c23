namespace DistConv.Core.Tests.Oracle;

/// <summary>A factor and an addend for each channel, which nobody learns.</summary>
internal sealed class OracleScaleLayer(int channels, Func<int, double> scale, Func<int, double> offset) : OracleLayer(0)
{
    public OracleScaleLayer(int channels, Func<int, float> scale, Func<int, float> offset)
        : this(channels, c => (double)scale(c), c => (double)offset(c))
    {
    }

    public override double[] Forward(double[] x, int sample) => [.. x.Select((value, i) => (value * scale(i % channels)) + offset(i % channels))];

    public override double[] Backward(double[] x, double[] gradOutput, int sample) => [.. gradOutput.Select((value, i) => value * scale(i % channels))];
}
