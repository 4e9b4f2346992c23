using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Tests.Oracle;

/// <summary>Pooling in double precision: lists each window's inputs, then takes the first largest or the mean.</summary>
internal sealed class OraclePool2D(Pool2DShape shape, bool maximum)
{
    private readonly OracleAxis _rows = new(shape.InH, shape.PoolH, shape.StrideH, shape.Padding);
    private readonly OracleAxis _columns = new(shape.InW, shape.PoolW, shape.StrideW, shape.Padding);

    private int OutputSize => _rows.Outputs * _columns.Outputs * shape.Channels;

    public double[] Forward(double[] x)
    {
        var y = new double[OutputSize];
        for (int i = 0; i < y.Length; i++)
        {
            List<int> inputs = Window(i);
            y[i] = maximum ? inputs.Max(input => x[input]) : inputs.Average(input => x[input]);
        }

        return y;
    }

    public double[] InputGradient(double[] x, double[] gradOutput)
    {
        var gradient = new double[x.Length];
        for (int i = 0; i < gradOutput.Length; i++)
        {
            List<int> inputs = Window(i);
            if (maximum) gradient[inputs.MaxBy(input => x[input])] += gradOutput[i];
            else inputs.ForEach(input => gradient[input] += gradOutput[i] / inputs.Count);
        }

        return gradient;
    }

    private List<int> Window(int output)
    {
        int c = output % shape.Channels, column = output / shape.Channels % _columns.Outputs, row = output / shape.Channels / _columns.Outputs;
        var inputs = new List<int>();
        for (int l = 0; l < shape.PoolH; l++)
        {
            for (int m = 0; m < shape.PoolW; m++)
            {
                int h = _rows.Position(row, l), w = _columns.Position(column, m);
                if (h >= 0 && w >= 0) inputs.Add((((h * shape.InW) + w) * shape.Channels) + c);
            }
        }

        return inputs;
    }
}
