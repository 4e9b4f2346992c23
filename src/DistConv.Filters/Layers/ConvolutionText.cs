using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>The explanation of a convolution.</summary>
internal static class ConvolutionText
{
    /// <summary>A patch of a picture with an edge in it, a kernel that finds such edges, and what comes out.</summary>
    private const string Example = """
        A vertical edge, dark on the left, under a filter that responds to just that:

            picture      filter        products
            0  0  1     -1  0  1      0  0  1
            0  0  1     -2  0  2      0  0  2     sum: 1 + 2 + 1 = 4
            0  0  1     -1  0  1      0  0  1

        """;

    private const string ExampleRemark =
        "Over an even patch, all 1, the products add up to 0: no edge, no response. With bright and dark exchanged the sum is -4, and with a horizontal edge "
        + "(rows 0 0 0, 0 0 0, 1 1 1) it is 0. A filter responds to one pattern.";

    public static LayerExplanation Explain(LayerPlan plan, Conv2DSpec conv)
    {
        Conv2DShape shape = conv.Shape(plan.Input);
        (int kH, int kW, int inC, int outC) = (shape.KH, shape.KW, shape.GroupInC, shape.OutC);
        string formula = Formula(shape, conv.UseBias);
        string distribution = Initializer.Describe(conv.KernelInitializer, plan.Tensors[0].FanIn, plan.Tensors[0].FanOut);
        return new LayerExplanation(plan,
        [
            ("What it computes", Computes(conv, shape, formula)),
            .. Spread(shape),
            ("An example", $"{Example}\n{ExampleRemark}"),
            ($"The output: {shape.OutH}×{shape.OutW}×{outC}", Output(conv, shape)),
            (outC == 1 ? "What the filter is" : $"What the {outC} filters are", Filters(conv, shape, plan.Tensors[0])),
            ("Convolution or cross-correlation?",
                "Mathematics calls this sum a cross-correlation; a convolution turns the kernel by 180° first (x[r - i, c - j]). For learning it makes no "
                + "difference: training finds the weights either way, and those of one form are those of the other, turned. PyTorch, and Keras on TensorFlow, "
                + "JAX and PyTorch, compute the cross-correlation and call it convolution, and so does DistConv. Keras on Theano, a common choice with "
                + "Keras 1, was the exception: Theano flips the kernel."),
            ("Parameters", LayerExplanation.Parameters(plan, $"{kH}·{kW}·{inC}·{outC}")
                + " The same few weights serve every position: that keeps a convolution small, and it finds its pattern wherever it occurs."),
            ("Cost", LayerExplanation.Cost(plan, conv.Padding == Padding.Valid
                ? $"{shape.OutH}·{shape.OutW} positions · {outC} filters · {shape.FanIn} weights"
                : "Positions · filters · weights, without those outside the picture,")),
        ])
        {
            Formula = formula,
            InitialDistribution = distribution,
            FanIn = plan.Tensors[0].FanIn,
            FanOut = plan.Tensors[0].FanOut,
        };
    }

    private static string Computes(Conv2DSpec conv, Conv2DShape shape, string formula)
    {
        string window = shape.GroupInC == 1 ? $"{shape.KH}×{shape.KW}" : $"{shape.KH}×{shape.KW}×{shape.GroupInC}";
        string values = shape.GroupInC == 1 ? "pixels" : $"values ({shape.KH}×{shape.KW} positions in each of {shape.GroupInC} channels)";
        string maps = shape.OutC == 1 ? "There is one filter, so there is one map." : $"There are {shape.OutC} filters, so there are {shape.OutC} maps.";
        return $"A filter is a small window of {window} weights. The layer lays it over the input at every possible position, multiplies its {shape.FanIn} "
            + $"weights by the {shape.FanIn} {values} under it, and adds up the products{(conv.UseBias ? " and a bias" : "")}. The sums of all positions make "
            + $"a new picture, the filter's feature map, which is large where the input looks like the filter. {maps}\n\n    {formula}\n{Ranges(shape)}\n\n"
            + $"x is the input, w the weights, {(conv.UseBias ? "b the biases, " : "")}y the output. {LayerExplanation.ActivationSentence(conv.Activation)}";
    }

    private static string Formula(Conv2DShape shape, bool bias)
    {
        string row = Index("r", "i", shape.StrideH, shape.DilationH, shape.PadTop), column = Index("c", "j", shape.StrideW, shape.DilationW, shape.PadLeft);
        string channel = shape.Groups == 1 ? "m" : shape.GroupInC == 1 ? "g" : $"{shape.GroupInC}·g + m";
        return $"y[r, c, k] = {(bias ? "b[k] + " : "")}Σ Σ Σ w[i, j, m, k] · x[{row}, {column}, {channel}]";
    }

    private static string Index(string place, string tap, int stride, int dilation, int pad) =>
        $"{(stride > 1 ? $"{stride}·" : "")}{place} + {(dilation > 1 ? $"{dilation}·" : "")}{tap}{(pad > 0 ? $" - {pad}" : "")}";

    /// <summary>What the letters of the formula are, and how far they run: first those of the sum.</summary>
    private static string Ranges(Conv2DShape shape) => $"""

            sum over  i = {Range(shape.KH)} (row of the filter), j = {Range(shape.KW)} (its column),
                      m = {Range(shape.GroupInC)} (input channel{(shape.Groups == 1 ? "" : " of the filter's group")})
            for each  r = {Range(shape.OutH)} (row), c = {Range(shape.OutW)} (column), k = {Range(shape.OutC)} (filter){(shape.Groups == 1 ? "" : Group(shape))}
        """;

    private static string Group(Conv2DShape shape) =>
        $"\n          where     g = {(shape.GroupOutC == 1 ? "k" : $"⌊k/{shape.GroupOutC}⌋")} (the filter's group)";

    /// <summary>What a dilation and groups are, where the layer has them.</summary>
    private static IEnumerable<(string Heading, string Text)> Spread(Conv2DShape shape)
    {
        if (shape.IsDilated)
            yield return ("The dilation",
                $"The window has gaps: its weights are {shape.DilationH} rows and {shape.DilationW} columns apart, so {shape.KH}×{shape.KW} weights span "
                + $"{shape.ExtentH}×{shape.ExtentW} positions. A filter sees more of the picture, and costs no more (Yu and Koltun 2015).");
        if (shape.Groups > 1)
            yield return ("The groups",
                $"The {shape.InC} input channels fall into {shape.Groups} groups of {shape.GroupInC}, and the {shape.OutC} filters into as many groups of "
                + $"{shape.GroupOutC}. A filter reads the channels of its group only, which makes weights and cost {shape.Groups} times fewer. What the groups "
                + "have found is first put together by a later layer, such as a convolution of 1×1.");
    }

    private static string Range(int count) => count == 1 ? "0" : $"0…{count - 1}";

    private static string Output(Conv2DSpec conv, Conv2DShape shape)
    {
        string rows = Side(shape.InH, shape.ExtentH, shape.StrideH, conv.Padding, shape.OutH);
        string columns = Side(shape.InW, shape.ExtentW, shape.StrideW, conv.Padding, shape.OutW);
        bool isSquare = shape.InH == shape.InW && shape.ExtentH == shape.ExtentW && shape.StrideH == shape.StrideW;
        string size = isSquare ? $"{rows} rows, and as many columns" : $"{rows} rows, {columns} columns";
        string why = conv.Padding == Padding.Valid
            ? $"With 'valid' padding the window stays inside the input. On {shape.InH} rows a window of {shape.ExtentH}, {Steps(shape)}, fits at {size}."
            : "With 'same' padding the window may extend over the border, where the input counts as 0, so that with stride 1 a map is as large as its input: "
                + $"{size}.";
        string channels = shape.OutC == 1
            ? "One filter gives one channel."
            : $"The {shape.OutC} maps become the {shape.OutC} channels of the next layer's input.";
        return $"{why} {channels}";
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

    private static string Filters(Conv2DSpec conv, Conv2DShape shape, TensorPlan kernel)
    {
        string bias = conv.UseBias ? $" The biases begin as {(conv.BiasInitializer.Name == "zeros" ? "0" : conv.BiasInitializer.Name)}." : "";
        string fans = kernel.Role == TensorPlan.Kernel ? $"""
                fan_in  = {shape.KH}·{shape.KW}·{shape.GroupInC} = {shape.FanIn}  (inputs of one output)
                fan_out = {shape.KH}·{shape.KW}·{shape.OutC} = {shape.FanOut}  (outputs that one input feeds)
            """
            : $"""
                fan_in  = {shape.KH}·{shape.KW}·{kernel.Shape[2]} = {kernel.FanIn}  (weights of all channels, as Keras counts)
                fan_out = {shape.KH}·{shape.KW}·{kernel.Shape[3]} = {kernel.FanOut}  (outputs that one input feeds)
            """;
        string beginning = LayerExplanation.Beginning(conv.KernelInitializer, kernel.FanIn, kernel.FanOut, fans);
        return $"Nobody chooses them, and there is no default set of filters. {beginning}{bias} So an untrained layer's filters are noise, without any "
            + "meaning.\n\nTraining gives them one. For each batch of pictures it measures the network's error (the cross-entropy), computes its derivative "
            + "with respect to every weight, backwards through the layers (backpropagation: Rumelhart, Hinton and Williams 1986), and moves each weight a "
            + "little in the direction that reduces the error. Filters that help to tell the classes apart are reinforced: in a first layer, edges in "
            + "several directions, "
            + "lines, corners and spots; in deeper layers, combinations of those. After a training, distconv filters JOB draws them before and after.";
    }
}
