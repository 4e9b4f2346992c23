using System.Globalization;
using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Filters.Explanations;
using DistConv.Filters.Layers;
using Xunit;

namespace DistConv.Filters.Tests.Explanations;

public sealed class LayerExplanationTests
{
    [Fact]
    public void Of_theQuestionAsItWasAsked_hasItsNumbers()
    {
        LayerExplanation explanation = Explain("Convolution2D(nb_filter=32, nb_row=3, nb_col=3, border_mode='valid')", "5,5,1");
        string text = Text(explanation);

        Assert.Equal("y[r, c, k] = b[k] + Σ Σ Σ w[i, j, m, k] · x[r + i, c + j, m]", explanation.Formula);
        Assert.Equal((9, 288), (explanation.FanIn, explanation.FanOut));
        Assert.StartsWith("glorot_uniform: U(-0.1421, +0.1421), L = sqrt(6 / (9 + 288))", explanation.InitialDistribution, StringComparison.Ordinal);
        Assert.Contains("(5 - 3)/1 + 1 = 3 rows, and as many columns", text, StringComparison.Ordinal);
        Assert.Contains("3·3·1·32 = 288 weights and 32 biases (one per filter): 320 parameters", text, StringComparison.Ordinal);
        Assert.Contains("3·3 positions · 32 filters · 9 weights = 2,592 multiply-adds", text, StringComparison.Ordinal);
        Assert.Contains("Glorot and Bengio (2010)", text, StringComparison.Ordinal);
        Assert.Contains("L = √(6 / (fan_in + fan_out)) = 0.1421", text, StringComparison.Ordinal);
        Assert.Contains("sum over  i = 0…2 (row of the filter), j = 0…2 (its column)", text, StringComparison.Ordinal);
        Assert.Contains("default", text, StringComparison.Ordinal);
        Assert.Contains("Keras on Theano", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_stridesAndPadding_areInTheFormula()
    {
        LayerExplanation explanation = Explain("Conv2D(4, 5, strides=2, padding='same', use_bias=False)", "28,28,3");

        // TensorFlow pads (14 − 1)·2 + 5 − 28 = 3 rows: 1 above, 2 below.
        Assert.Equal("y[r, c, k] = Σ Σ Σ w[i, j, m, k] · x[2·r + i - 1, 2·c + j - 1, m]", explanation.Formula);
        Assert.Contains("⌈28/2⌉ = 14 rows", Text(explanation), StringComparison.Ordinal);
        Assert.Contains("no biases", Text(explanation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("glorot_uniform")]
    [InlineData("glorot_normal")]
    [InlineData("he_uniform")]
    [InlineData("he_normal")]
    [InlineData("lecun_uniform")]
    [InlineData("lecun_normal")]
    public void Of_anyInitialiser_statesTheSpreadOfItsDraws(string initializer)
    {
        string text = Text(Explain($"Conv2D(16, 5, kernel_initializer='{initializer}')", "28,28,3"));
        var weights = new float[100_000];
        Initializer.Fill(initializer, weights, 75, 400, 1, 0);
        double deviation = Math.Sqrt(weights.Average(weight => (double)weight * weight));

        string symbol = initializer.EndsWith("uniform", StringComparison.Ordinal) ? "L" : "std";
        string computed = text.Split($"    {symbol} = ")[1].Split('\n')[0].Split("= ")[1];
        double stated = double.Parse(computed, CultureInfo.InvariantCulture) / (symbol == "L" ? Math.Sqrt(3) : 1);
        Assert.InRange(stated, deviation * 0.99, deviation * 1.01);
    }

    [Fact]
    public void Of_everyLayerOfTheBuiltInModels_explains()
    {
        foreach (ModelSpec model in BuiltInModels.All)
        {
            foreach (LayerPlan plan in model.Infer().Layers)
            {
                LayerExplanation explanation = LayerExplanation.Of(plan);

                Assert.All(explanation.Sections, section => Assert.True(section.Text.Length > 10 && section.Heading.Length > 2));
                bool hasKernel = plan.Tensors.Any(tensor => tensor.Role.EndsWith("kernel", StringComparison.Ordinal));
                Assert.Equal(hasKernel, explanation.InitialDistribution is not null);
                if (plan.Parameters > 0) Assert.Contains($"{plan.Parameters:N0}", Text(explanation), StringComparison.Ordinal);
                if (plan.BiasParameters > 0) Assert.Contains($"{plan.Parameters:N0} parameters", Text(explanation), StringComparison.Ordinal);
            }
        }
    }

    private static LayerExplanation Explain(string layer, string input) => LayerExplanation.Of(KerasCall.Read(layer, KerasCall.ParseShape(input)).Layer);

    private static string Text(LayerExplanation explanation) => string.Join('\n', explanation.Sections.Select(section => $"{section.Heading}\n{section.Text}"));
}
