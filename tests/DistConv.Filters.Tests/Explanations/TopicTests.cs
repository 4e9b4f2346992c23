using System.Globalization;
using System.Text.RegularExpressions;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Models;
using DistConv.Filters.Explanations;
using DistConv.Filters.Kernels;
using DistConv.Training.Metrics;
using SkiaSharp;
using Xunit;

namespace DistConv.Filters.Tests.Explanations;

public sealed partial class TopicTests
{
    private static string Body(string topic) => string.Join('\n', Topic.Find(topic)!.Sections.Select(section => section.Text));

    [Theory]
    [InlineData("what are the default filters of Keras Convolution2D?", "default filters")]
    [InlineData("What are the default kernels in a Conv2D layer?", "default filters")]
    [InlineData("filters", "default filters")]
    [InlineData("convolution", "convolution")]
    [InlineData("Convolution2D", "Convolution2D")]
    [InlineData("conv2d", "Convolution2D")]
    [InlineData("how does Conv2D work", "Convolution2D")]
    [InlineData("glorot_uniform", "glorot_uniform")]
    [InlineData("Xavier", "glorot_uniform")]
    [InlineData("glorot normal", "glorot_normal")]
    [InlineData("he_normal", "he")]
    [InlineData("lecun_uniform", "lecun")]
    [InlineData("how are weights initialised?", "initializers")]
    [InlineData("backpropagation", "backpropagation")]
    [InlineData("cross-entropy", "cross-entropy")]
    [InlineData("categorical_crossentropy", "cross-entropy")]
    [InlineData("loss", "loss")]
    [InlineData("which loss functions are there?", "loss")]
    [InlineData("binary cross-entropy", "binary cross-entropy")]
    [InlineData("binary_crossentropy", "binary cross-entropy")]
    [InlineData("mean squared error", "mean squared error")]
    [InlineData("what is the mean absolute error?", "mean squared error")]
    [InlineData("label smoothing", "label smoothing")]
    [InlineData("class weights", "class weights")]
    [InlineData("how do I train on imbalanced data?", "class weights")]
    [InlineData("AUC", "AUC")]
    [InlineData("padding", "padding")]
    [InlineData("border_mode", "padding")]
    [InlineData("strides", "stride")]
    [InlineData("max pooling", "pooling")]
    [InlineData("MaxPooling2D", "pooling")]
    [InlineData("dropout", "dropout")]
    [InlineData("what is data augmentation?", "augmentation")]
    [InlineData("RandomFlip", "augmentation")]
    [InlineData("softmax", "softmax")]
    [InlineData("ReLU", "relu")]
    [InlineData("leaky relu", "relu")]
    [InlineData("gelu", "relu")]
    [InlineData("what is swish?", "relu")]
    [InlineData("dense", "dense")]
    [InlineData("flatten", "flatten")]
    [InlineData("optimizers", "optimizers")]
    [InlineData("adam", "optimizers")]
    [InlineData("What learning rate should I choose?", "learning rate")]
    [InlineData("epoch", "epoch")]
    [InlineData("batch size", "batch")]
    [InlineData("shards", "shard")]
    [InlineData("fan_in", "fan_in")]
    [InlineData("does Theano flip kernels?", "cross-correlation")]
    [InlineData("feature maps", "feature map")]
    [InlineData("bias", "bias")]
    [InlineData("how many parameters", "parameters")]
    public void Find_wordsAndQuestions_giveTheirTopic(string text, string topic) => Assert.Equal(topic, Topic.Find(text)?.Name);

    [Theory]
    [InlineData("quaternions")]
    [InlineData("")]
    [InlineData("???")]
    [InlineData("keras1-mnist-cn")]
    [InlineData("my-softmax-job")] // A name that contains a topic's word is no question about it.
    public void Find_anythingElse_givesNothing(string text) => Assert.Null(Topic.Find(text));

    [Theory]
    [InlineData("convolutoin", "convolution")]
    [InlineData("softmaks", "softmax")]
    [InlineData("what is droput?", "dropout")]
    [InlineData("lenet6", "lenet5")]
    public void DidYouMean_aMistypedWord_namesTheRightOne(string text, string expected) =>
        Assert.Contains($"did you mean '{expected}'", Topic.DidYouMean(text, ["lenet5"]), StringComparison.Ordinal);

    [Fact]
    public void All_topics_areCompleteAndFitTheTerminal()
    {
        string[] names = [.. Topic.All.Select(topic => topic.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        foreach (Topic topic in Topic.All)
        {
            Assert.Equal(topic, Topic.Find(topic.Name));
            Assert.All(topic.Words, word => Assert.Equal(topic, Topic.Find(word))); // No word belongs to two topics.
            Assert.NotEmpty(topic.See);
            Assert.All(topic.See, see => Assert.Contains(see, names));
            Assert.NotEmpty(topic.Sections);
            string text = Body(topic.Name);
            Assert.DoesNotContain('@', text);
            Assert.All(text.Split('\n').Where(line => line.StartsWith(' ')), line => Assert.True(line.Length <= 78, $"{topic.Name}: {line}"));
            Assert.DoesNotMatch(@"--[a-z]", text); // The command line's spellings belong to the command line.
        }
    }

    [Fact]
    public void Of_topicsWithAPicture_drawIt()
    {
        Assert.Equal(9, Topic.All.Count(topic => topic.Picture is not null));
        foreach (Topic topic in Topic.All)
        {
            if (topic.Picture is null) Assert.Null(TopicFigure.Of(topic));
            else using (SKImage image = TopicFigure.Of(topic)!.Render()) Assert.InRange(image.Width, 400, 2400);
        }
    }

    [Fact]
    public void DefaultFilters_numbers_areThoseOfTheLayer()
    {
        LayerOfModel layer = KerasCall.Read("Convolution2D(32, 3, 3)", [5, 5, 1]);
        Conv2DShape shape = ((Conv2DSpec)layer.Layer.Layer).Shape(layer.Layer.Input);
        double limit = Math.Sqrt(6.0 / (shape.FanIn + shape.FanOut)), deviation = Math.Sqrt(2.0 / (shape.FanIn + shape.FanOut));
        Assert.Equal(deviation, limit / Math.Sqrt(3), 12); // L²/3 is the variance.
        string text = Body("default filters");

        Assert.Contains($"fan_in  = rows · columns · input channels = 3·3·1  =   {shape.FanIn}", text, StringComparison.Ordinal);
        Assert.Contains($"fan_out = rows · columns · filters        = 3·3·32 = {shape.FanOut}", text, StringComparison.Ordinal);
        Assert.Contains(Invariant($"L = √(6 / (fan_in + fan_out)) = √(6 / {shape.FanIn + shape.FanOut}) = {limit:F4}"), text, StringComparison.Ordinal);
        Assert.Contains(Invariant($"w ~ U(-{limit:F4}, +{limit:F4})"), text, StringComparison.Ordinal);
        Assert.Contains("L²/3 = 2 / (fan_in + fan_out)", text, StringComparison.Ordinal);
        Assert.Contains(Invariant($"here {deviation:F4}"), text, StringComparison.Ordinal);
        Assert.Contains(Invariant($"-{2 * deviation / 0.87962566103423978:F4}"), text, StringComparison.Ordinal);
        Assert.Contains($"output is {layer.Layer.Output.Height}×{layer.Layer.Output.Width}×{layer.Layer.Output.Channels}", text, StringComparison.Ordinal);
        string parameters = $"{layer.Layer.KernelParameters} weights and {layer.Layer.BiasParameters} biases, {layer.Layer.Parameters} parameters";
        Assert.Contains(parameters, text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("fan_in  =", StringComparison.Ordinal) < text.IndexOf("L = √", StringComparison.Ordinal), "L needs fan_in");
        Assert.True(text.IndexOf("L = √", StringComparison.Ordinal) < text.IndexOf("U(-", StringComparison.Ordinal), "the distribution needs L");
    }

    [Fact]
    public void DefaultFilters_theUntrainedFilter_isTheOneThatTheSeedDraws()
    {
        LayerKernels kernels = LayerKernels.Initial(BuiltInModels.Find("keras1-mnist-cnn")!, TopicFigure.Seed)[0];
        float[] plane = kernels.Plane(0, 29);
        foreach (int row in (int[])[0, 1, 2])
        {
            string numbers = string.Join("  ", plane.Skip(3 * row).Take(3).Select(weight => weight.ToString("+0.00;-0.00", CultureInfo.InvariantCulture)));
            Assert.Contains($"    {numbers}         ", Body("default filters"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Initialisers_everyRootInTheTexts_isRight()
    {
        int checkedRoots = 0;
        foreach (Topic topic in Topic.All)
        {
            foreach (Match match in Root().Matches(Body(topic.Name)))
            {
                double Number(string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
                string value = match.Groups["value"].Value;
                Assert.Equal(value, Math.Sqrt(Number("over") / Number("under")).ToString($"F{value.Length - 2}", CultureInfo.InvariantCulture));
                checkedRoots++;
            }
        }

        Assert.True(checkedRoots >= 9, $"{checkedRoots} roots");
    }

    [Fact]
    public void SoftmaxAndCrossEntropy_examples_areRight()
    {
        double[] outputs = [2, 1, 0.1], exponentials = [.. outputs.Select(Math.Exp)];
        double[] p = [.. exponentials.Select(e => e / exponentials.Sum())];
        Assert.Contains(Invariant($"    p        {p[0]:F3}  {p[1]:F3}  {p[2]:F3}     sum 1"), Body("softmax"), StringComparison.Ordinal);
        string row = Invariant($"{exponentials[0]:F3}  {exponentials[1]:F3}  {exponentials[2]:F3}     sum {exponentials.Sum():F3}");
        Assert.Contains(row, Body("softmax"), StringComparison.Ordinal);
        Assert.Contains(Invariant($"gradient p - t     {p[0] - 1:F3}   {p[1]:F3}   {p[2]:F3}"), Body("backpropagation"), StringComparison.Ordinal);
        Assert.Contains(Invariant($"0.5 + {0.1 * (1 - p[0]):F4} = {0.5 + (0.1 * (1 - p[0])):F4}"), Body("optimizers"), StringComparison.Ordinal);
        foreach (double probability in (double[])[0.99, 0.9, 0.5, 0.1, 0.01])
            Assert.Contains(Invariant($"{-Math.Log(probability):F3}"), Body("cross-entropy"), StringComparison.Ordinal);
        Assert.Contains(Invariant($"classes that is {Math.Log(10):F3}"), Body("cross-entropy"), StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_examples_areRight()
    {
        foreach (double p in (double[])[0.01, 0.5, 0.9, 0.99])
        {
            Assert.Contains(Invariant($"{-Math.Log(p):F3}"), Body("binary cross-entropy"), StringComparison.Ordinal);
            Assert.Contains(Invariant($"{-Math.Log(1 - p):F3}"), Body("binary cross-entropy"), StringComparison.Ordinal);
        }

        double least = -((0.91 * Math.Log(0.91)) + (9 * 0.01 * Math.Log(0.01)));
        Assert.Contains(Invariant($"above {least:F3}"), Body("label smoothing"), StringComparison.Ordinal);
        Assert.Contains(Invariant($"w = {1000 / (2.0 * 900):F3} for cats, {1000 / (2.0 * 100)} for dogs"), Body("class weights"), StringComparison.Ordinal);
        Assert.Contains(Invariant($"3 / 4 = {AreaUnderCurve.Of([0.1f, 0.4f, 0.35f, 0.8f], [0, 0, 1, 1])}"), Body("AUC"), StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_table_isThatOfTheModel()
    {
        ModelPlan plan = BuiltInModels.Find("keras1-mnist-cnn")!.Infer();
        string text = Body("parameters");
        foreach (LayerPlan layer in plan.Layers.Where(layer => layer.Parameters > 0))
            Assert.Matches($@"{layer.Layer.Name} +\S+ +{layer.KernelParameters:N0} +{layer.BiasParameters}\b", text);
        Assert.Contains($"together {plan.Parameters:N0}", text, StringComparison.Ordinal);
        Assert.Contains($"{plan.Parameters:N0} parameters", Body("dense"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("padding", 5, 3, 1)]
    [InlineData("padding", 28, 3, 1)]
    [InlineData("padding", 28, 3, 2)]
    public void Padding_sizes_areThoseOfTheLayers(string topic, int n, int k, int s)
    {
        int Rows(string padding) => KerasCall.Read($"Conv2D(1, {k}, {s}, '{padding}')", [n, n, 1]).Layer.Output.Height;
        Assert.Matches($"n = {n}, +k = {k}, s = {s} +'valid' {Rows("valid")} +'same' {Rows("same")}", Body(topic));
    }

    [Fact]
    public void Convolution2D_keras1Example_hasTheStatedNumbers()
    {
        LayerPlan layer = KerasCall.Read("Convolution2D(64, 3, 3, border_mode='same', input_shape=(3, 256, 256))", null).Layer;
        string output = $"{layer.Output.Height}×{layer.Output.Width}×{layer.Output.Channels}";
        Assert.Matches($@"output of {output} and\s+3·3·3·64 \+ 64 = {layer.Parameters:N0} parameters", Body("Convolution2D"));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"√\((?<over>\d+) ?/ ?(?<under>\d+)\) = (?<value>0\.\d+)")]
    private static partial Regex Root();
}
