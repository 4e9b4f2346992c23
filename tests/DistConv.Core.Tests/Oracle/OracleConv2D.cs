using DistConv.Core.Layers.Conv2D;

namespace DistConv.Core.Tests.Oracle;

/// <summary>
/// Convolution from the textbook, in double precision as a list of all its products (input, weight, output).
/// Sizes follow TensorFlow's documentation, not the shapes under test.
/// </summary>
internal sealed class OracleConv2D
{
    private readonly Conv2DShape _s;

    public OracleConv2D(Conv2DShape shape)
    {
        _s = shape;
        Rows = new OracleAxis(shape.InH, shape.KH, shape.StrideH, shape.Padding, shape.DilationH);
        Columns = new OracleAxis(shape.InW, shape.KW, shape.StrideW, shape.Padding, shape.DilationW);
    }

    public OracleAxis Rows { get; }

    public OracleAxis Columns { get; }

    private int OutputSize => Rows.Outputs * Columns.Outputs * _s.OutC;

    public double[] Forward(double[] x, double[] weights, double[] bias)
    {
        var y = new double[OutputSize];
        for (int i = 0; i < y.Length; i++) y[i] = bias[i % _s.OutC];
        Visit((input, weight, output) =>
        {
            if (input >= 0) y[output] += x[input] * weights[weight];
        });
        return y;
    }

    public double[] InputGradient(double[] weights, double[] gradOutput)
    {
        var gradient = new double[_s.InH * _s.InW * _s.InC];
        Visit((input, weight, output) =>
        {
            if (input >= 0) gradient[input] += gradOutput[output] * weights[weight];
        });
        return gradient;
    }

    public double[] WeightGradient(double[] x, double[] gradOutput)
    {
        var gradient = new double[_s.KH * _s.KW * (_s.InC / _s.Groups) * _s.OutC];
        Visit((input, weight, output) =>
        {
            if (input >= 0) gradient[weight] += gradOutput[output] * x[input];
        });
        return gradient;
    }

    /// <summary>Calls back with (input or −1 in the padding, weight, output) for every product of the definition.</summary>
    private void Visit(Action<int, int, int> product)
    {
        for (int output = 0; output < OutputSize; output++)
        {
            int o = output % _s.OutC, x = output / _s.OutC % Columns.Outputs, y = output / _s.OutC / Columns.Outputs;
            for (int tap = 0; tap < _s.KH * _s.KW; tap++)
            {
                int row = Rows.Position(y, tap / _s.KW), column = Columns.Position(x, tap % _s.KW);
                bool padding = row < 0 || column < 0;
                int channels = _s.InC / _s.Groups, first = o / (_s.OutC / _s.Groups) * channels;
                for (int c = 0; c < channels; c++)
                {
                    product(padding ? -1 : (((row * _s.InW) + column) * _s.InC) + first + c, (((tap * channels) + c) * _s.OutC) + o, output);
                }
            }
        }
    }
}
