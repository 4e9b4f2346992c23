using System.Globalization;
using DistConv.Core.Initializers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Explanations;

/// <summary>The explanation of a convolution.</summary>
internal static class ConvolutionText
{
    /// <summary>A patch of a picture with an edge in it, a kernel that finds such edges, and what comes out.</summary>
    private const string Example = """
        A vertical edge, dark on the left, meets a filter that looks for just that:

            picture      filter        products
            0  0  1     -1  0  1      0  0  1
            0  0  1     -2  0  2      0  0  2     sum: 1 + 2 + 1 = 4
            0  0  1     -1  0  1      0  0  1

        Over an even patch, all 1, the products add up to 0: no edge, no answer. With
        bright and dark exchanged the sum is -4, and with the edge turned to lie flat
        (rows 0 0 0, 0 0 0, 1 1 1) it is 0. One filter, one question.
        """;

    public static LayerExplanation Explain(LayerPlan plan, Conv2DSpec conv)
    {
        Conv2DShape shape = conv.Shape(plan.Input);
        (int kH, int kW, int inC, int outC) = (shape.KH, shape.KW, shape.InC, shape.OutC);
        string formula = Formula(shape, conv.UseBias), distribution = Initializer.Describe(conv.KernelInitializer, shape.FanIn, shape.FanOut);
        return new LayerExplanation(plan,
        [
            ("What it computes", Computes(conv, shape, formula)),
            ("An example", Example),
            ($"The output: {shape.OutH}×{shape.OutW}×{outC}", Output(conv, shape)),
            (outC == 1 ? "What the filter is" : $"What the {outC} filters are", Filters(conv, shape)),
            ("Convolution or cross-correlation?",
                "Mathematics calls this sum a cross-correlation; a convolution turns the kernel by 180° first (x[r - i, c - j]). For learning it makes no difference: training finds the weights either way, and those of "
                + "one are those of the other, turned. So Keras and PyTorch, and DistConv with them, compute the cross-correlation and say convolution."),
            ("Parameters", LayerExplanation.Parameters(plan, $"{kH}·{kW}·{inC}·{outC}") + " The same few weights serve all places: that is what makes a convolution small, and what lets it find a thing wherever it is."),
            ("Cost", LayerExplanation.Cost(plan, conv.Padding == Padding.Valid ? $"{shape.OutH}·{shape.OutW} places · {outC} filters · {shape.FanIn} weights" : "Places · filters · weights, those outside the picture left out,")),
        ])
        {
            Formula = formula,
            InitialDistribution = distribution,
            FanIn = shape.FanIn,
            FanOut = shape.FanOut,
        };
    }

    private static string Computes(Conv2DSpec conv, Conv2DShape shape, string formula)
    {
        string window = shape.InC == 1 ? $"{shape.KH}×{shape.KW}" : $"{shape.KH}×{shape.KW}×{shape.InC}", under = shape.InC == 1 ? "pixels" : $"values under it, {shape.KH}×{shape.KW} places in each of {shape.InC} channels";
        string last = Last(shape);
        return $"""
            A filter is a small window of {window} weights. It is laid over the input at every possible place; there its {shape.FanIn} weights are multiplied with the {(shape.InC == 1 ? $"{shape.FanIn} {under} under it" : $"{shape.FanIn} {under}")}, and the products{(conv.UseBias ? " and a bias" : "")} are added up. The sums of all places make a new picture, the filter's feature map: it is bright where the input looks like the filter. There are {shape.OutC} filters, so there are {shape.OutC} maps.

                {formula}
                {last}

            x is the input, w the weights, {(conv.UseBias ? "b the bias, " : "")}y the output; r and c are its row and column, k is the filter. {LayerExplanation.ActivationSentence(conv.Activation)}
            """;
    }

    private static string Formula(Conv2DShape shape, bool bias) => string.Create(
        CultureInfo.InvariantCulture,
        $"y[r, c, k] = {(bias ? "b[k] + " : "")}Σ w[i, j, m, k] · x[{Index("r", "i", shape.StrideH, shape.PadTop)}, {Index("c", "j", shape.StrideW, shape.PadLeft)}, m]");

    private static string Index(string place, string tap, int stride, int pad) => $"{(stride > 1 ? $"{stride}·" : "")}{place} + {tap}{(pad > 0 ? $" - {pad}" : "")}";

    private static string Last(Conv2DShape shape) =>
        $"i = {Range(shape.KH)}, j = {Range(shape.KW)}, m = {Range(shape.InC)};  r = {Range(shape.OutH)}, c = {Range(shape.OutW)}, k = {Range(shape.OutC)}";

    private static string Range(int count) => count == 1 ? "0" : $"0…{count - 1}";

    private static string Output(Conv2DSpec conv, Conv2DShape shape)
    {
        string size = shape.InH == shape.InW && shape.KH == shape.KW && shape.StrideH == shape.StrideW
            ? $"{Side(shape.InH, shape.KH, shape.StrideH, conv.Padding, shape.OutH)} rows, and as many columns"
            : $"{Side(shape.InH, shape.KH, shape.StrideH, conv.Padding, shape.OutH)} rows, {Side(shape.InW, shape.KW, shape.StrideW, conv.Padding, shape.OutW)} columns";
        string why = conv.Padding == Padding.Valid
            ? $"'valid' lays the window only where all of it is inside the input. On {shape.InH} rows a window of {shape.KH}, {Steps(shape)}, finds room at {size}. So a map is smaller than its input."
            : $"'same' lets the window stand out over the border, where the input counts as 0, so that with stride 1 a map is as large as its input: {size}.";
        return $"{why} {(shape.OutC == 1 ? "One filter gives one channel." : $"The {shape.OutC} maps become the {shape.OutC} channels of the next layer's input.")}";
    }

    private static string Steps(Conv2DShape shape) => (shape.StrideH, shape.StrideW) switch
    {
        (1, 1) => "moved by 1",
        var (h, w) when h == w => $"moved by {h} (the stride)",
        var (h, w) => $"moved by {h} down and {w} across (the strides)",
    };

    /// <summary>Valid: ⌊(in − k) / stride⌋ + 1; same: ⌈in / stride⌉.</summary>
    private static string Side(int input, int kernel, int stride, Padding padding, int output) => padding == Padding.Same
        ? $"⌈{input}/{stride}⌉ = {output}"
        : (input - kernel) % stride == 0 ? $"({input} - {kernel})/{stride} + 1 = {output}" : $"⌊({input} - {kernel})/{stride}⌋ + 1 = {output}";

    private static string Filters(Conv2DSpec conv, Conv2DShape shape)
    {
        string bias = conv.UseBias ? $" The biases begin as {(conv.BiasInitializer.Name == "zeros" ? "0" : conv.BiasInitializer.Name)}." : "";
        return $"""
            Nobody chooses them. {LayerExplanation.Beginning(conv.KernelInitializer, shape.FanIn, shape.FanOut)} Here fanIn = {shape.KH}·{shape.KW}·{shape.InC} = {shape.FanIn} and fanOut = {shape.KH}·{shape.KW}·{shape.OutC} = {shape.FanOut}.{bias} So an untrained layer's filters are noise, without any meaning.

            Training gives them one. For each batch of pictures the network's error (the cross-entropy of its answers) is measured, its derivative with respect to every weight is computed backwards through the layers (backpropagation: Rumelhart, Hinton and Williams 1986), and each weight moves a little downhill. Filters that help to tell the classes apart grow: in a first layer, edges in several directions, lines, corners and blobs; in deeper layers, combinations of those. See them after a training: distconv filters JOB draws them, distconv filters JOB --describe says what each has become.
            """;
    }
}
