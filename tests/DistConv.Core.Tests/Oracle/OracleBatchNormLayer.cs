using DistConv.Core.Layers.BatchNorm;

namespace DistConv.Core.Tests.Oracle;

/// <summary>Batch normalisation over all samples, by the textbook (arXiv:1502.03167): x̂ = (x − mean) / √(var + ε), y = γ x̂ + β.</summary>
internal sealed class OracleBatchNormLayer(BatchNormSpec spec, int channels)
    : OracleLayer(channels * ((spec.Scale ? 1 : 0) + (spec.Center ? 1 : 0)))
{
    private double Gamma(int channel) => spec.Scale ? Parameters[channel] : 1;

    private double Beta(int channel) => spec.Center ? Parameters[(spec.Scale ? channels : 0) + channel] : 0;

    public override double[] Forward(double[] x, int sample) => throw new NotSupportedException("it takes all samples at once");

    public override double[] Backward(double[] x, double[] gradOutput, int sample) => throw new NotSupportedException("it takes all samples at once");

    public override double[][] Forward(double[][] samples)
    {
        (double[][] normal, _) = Normalise(samples);
        return [.. normal.Select(values => values.Select((value, i) => (Gamma(i % channels) * value) + Beta(i % channels)).ToArray())];
    }

    public override double[][] Backward(double[][] samples, double[][] gradOutputs)
    {
        (double[][] normal, double[] deviations) = Normalise(samples);
        double count = (double)samples.Length * samples[0].Length / channels;
        double[] sums = new double[channels], products = new double[channels];
        Each((n, i, c) =>
        {
            sums[c] += gradOutputs[n][i];
            products[c] += gradOutputs[n][i] * normal[n][i];
        });
        for (int c = 0; c < channels; c++)
        {
            if (spec.Scale) Gradients[c] += products[c];
            if (spec.Center) Gradients[(spec.Scale ? channels : 0) + c] += sums[c];
        }

        double[][] gradients = [.. samples.Select(sample => new double[sample.Length])];
        Each((n, i, c) => gradients[n][i] =
            Gamma(c) / deviations[c] * (gradOutputs[n][i] - (sums[c] / count) - (normal[n][i] * products[c] / count)));
        return gradients;

        void Each(Action<int, int, int> visit)
        {
            for (int n = 0; n < samples.Length; n++)
            {
                for (int i = 0; i < samples[n].Length; i++) visit(n, i, i % channels);
            }
        }
    }

    private (double[][] Normal, double[] Deviations) Normalise(double[][] samples)
    {
        double[] means = [.. Channel(c => samples.SelectMany(sample => sample.Where((_, i) => i % channels == c)).Average())];
        double[] deviations =
        [
            .. Channel(c => Math.Sqrt(
                samples.SelectMany(sample => sample.Where((_, i) => i % channels == c)).Average(x => (x - means[c]) * (x - means[c])) + spec.Epsilon)),
        ];
        return ([.. samples.Select(sample => sample.Select((x, i) => (x - means[i % channels]) / deviations[i % channels]).ToArray())], deviations);
    }

    private IEnumerable<double> Channel(Func<int, double> value) => Enumerable.Range(0, channels).Select(value);
}
