using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

/// <summary>The area under the curve against its definition, pair by pair.</summary>
public class AreaUnderCurveTests
{
    [Theory]
    [InlineData(new[] { 1f, 2f, 3f, 4f }, new byte[] { 0, 0, 1, 1 }, 1.0)]
    [InlineData(new[] { 4f, 3f, 2f, 1f }, new byte[] { 0, 0, 1, 1 }, 0.0)]
    [InlineData(new[] { 5f, 5f, 5f }, new byte[] { 0, 1, 1 }, 0.5)]
    [InlineData(new[] { 0f, -0f }, new byte[] { 0, 1 }, 0.5)]
    [InlineData(new[] { 0.1f, 0.4f, 0.35f, 0.8f }, new byte[] { 0, 0, 1, 1 }, 0.75)] // sklearn.metrics.roc_auc_score's example
    [InlineData(new[] { float.NegativeInfinity, float.PositiveInfinity }, new byte[] { 0, 1 }, 1.0)]
    public void Of_scores_isTheShareOfPairsInOrder(float[] scores, byte[] positives, double expected) =>
        Assert.Equal(expected, AreaUnderCurve.Of(scores, positives));

    [Theory]
    [InlineData(new float[0], new byte[0])]
    [InlineData(new[] { 1f, 2f }, new byte[] { 1, 1 })]
    [InlineData(new[] { 1f, 2f }, new byte[] { 0, 0 })]
    [InlineData(new[] { 1f, float.NaN }, new byte[] { 0, 1 })]
    public void Of_noPairsOrNaN_isNone(float[] scores, byte[] positives) => Assert.Null(AreaUnderCurve.Of(scores, positives));

    [Fact]
    public void Of_manyTies_equalsTheDefinition()
    {
        float[] scores = [.. Enumerable.Range(0, 300).Select(i => (float)((i * 7919) % 23))];
        byte[] positives = [.. Enumerable.Range(0, 300).Select(i => (byte)((i * 104729) % 3 == 0 ? 1 : 0))];
        double wins = 0, pairs = 0;
        for (int p = 0; p < 300; p++)
        {
            for (int n = 0; n < 300; n++)
            {
                if (positives[p] == 0 || positives[n] == 1) continue;
                pairs++;
                wins += scores[p] > scores[n] ? 1 : scores[p] == scores[n] ? 0.5 : 0;
            }
        }

        Assert.Equal(wins / pairs, AreaUnderCurve.Of(scores, positives));
    }
}
