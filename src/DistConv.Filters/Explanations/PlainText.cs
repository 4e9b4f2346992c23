using DistConv.Core.Initializers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Explanations;

/// <summary>The explanations of all layers but convolutions.</summary>
internal static class PlainText
{
    public static LayerExplanation Dense(LayerPlan plan, DenseSpec dense)
    {
        DenseShape shape = dense.Shape(plan.Input);
        string formula = $"y[k] = {(dense.UseBias ? "b[k] + " : "")}Σ w[i, k] · x[i],  i = 0…{shape.In - 1}, k = 0…{shape.Out - 1}";
        string fans = $"    fan_in  = {shape.In}  (inputs)\n    fan_out = {shape.Out}  (units)";
        string end = dense.Activation == Activation.Softmax
            ? " As the last layer it gives one probability for each class; training reduces the cross-entropy, minus the logarithm of the right class's "
                + "probability."
            : "";
        return new LayerExplanation(plan,
        [
            ("What it computes",
                $"Each of its {shape.Out} units multiplies all {shape.In} inputs by weights of its own and adds up the products:\n\n    {formula}\n\n"
                + $"{LayerExplanation.ActivationSentence(dense.Activation)}{end}"),
            ("An example", "With three inputs 1, 0, 2, weights 0.5, -1, 0.25 and bias 0.1 a unit gives\n\n    0.1 + 0.5·1 + (-1)·0 + 0.25·2 = 1.1"),
            ($"The output: {shape.Out} numbers", "One for each unit; the input's size does not matter to it."),
            ("What the weights are",
                LayerExplanation.Beginning(dense.KernelInitializer, shape.FanIn, shape.FanOut, fans) + "\n\nFor each batch, training moves each weight a "
                + "little against the derivative of the error with respect to it (backpropagation)."),
            ("Parameters", LayerExplanation.Parameters(plan, $"{shape.In:N0}·{shape.Out:N0}")),
            ("Cost", LayerExplanation.Cost(plan, $"{shape.In:N0} inputs · {shape.Out:N0} units")),
        ])
        {
            Formula = formula,
            InitialDistribution = Initializer.Describe(dense.KernelInitializer, shape.FanIn, shape.FanOut),
            FanIn = shape.FanIn,
            FanOut = shape.FanOut,
        };
    }

    public static LayerExplanation Pooling(LayerPlan plan, Pool2DSpec pool)
    {
        Pool2DShape shape = pool.Shape(plan.Input);
        bool isMax = pool is MaxPool2DSpec;
        string formula = $"y[r, c, m] = {(isMax ? "max" : "mean")} x[{pool.StrideH}·r + i{Less(shape.PadTop)}, {pool.StrideW}·c + j{Less(shape.PadLeft)}, m],  "
            + $"i = 0…{pool.PoolH - 1}, j = 0…{pool.PoolW - 1}";
        string example = isMax ? "max = 7" : "mean = (1 + 3 + 7 + 5) / 4 = 4";
        string kept = isMax ? "the largest: whether a feature is there, not exactly where" : "the mean";
        string rows = pool.Padding == Padding.Same ? $"⌈{shape.InH}/{pool.StrideH}⌉" : $"⌊({shape.InH} - {pool.PoolH})/{pool.StrideH}⌋ + 1";
        string columns = pool.Padding == Padding.Same ? $"⌈{shape.InW}/{pool.StrideW}⌉" : $"⌊({shape.InW} - {pool.PoolW})/{pool.StrideW}⌋ + 1";
        return new LayerExplanation(plan,
        [
            ("What it computes",
                $"Of each window of {pool.PoolH}×{pool.PoolW} values of a channel it keeps {kept}.\n\n    {formula}\n\n"
                + "It treats each channel by itself. The picture gets smaller, so the layers behind it see more of it at once, and cost less."),
            ("An example", $"    1 3\n    7 5    {example}"),
            ($"The output: {shape.OutH}×{shape.OutW}×{shape.Channels}",
                $"Rows: {rows} = {shape.OutH}; columns: {columns} = {shape.OutW}; as many channels as before."),
            ("Parameters", "None: nothing here is learned."),
            ("Cost", $"{shape.Taps:N0} {(isMax ? "comparisons" : "additions")} a picture; no multiply-adds are counted."),
        ])
        {
            Formula = formula,
        };
    }

    public static LayerExplanation Other(LayerPlan plan)
    {
        string text = plan.Layer switch
        {
            FlattenSpec => $"It writes the {plan.Input} values one after another, row by row, pixel by pixel, the channels of a pixel together: "
                + $"{plan.Output.Size:N0} numbers. It computes nothing; a dense layer needs a list.",
            GlobalAvgPool2DSpec => $"It takes the mean of each of the {plan.Output.Size} channels over all places: what is in the picture, not where.",
            ReluSpec => "max(0, x) for each value: what is negative becomes 0. Without such a bend between them, several layers of sums would be one layer of "
                + "sums.",
            SoftmaxSpec => "p[i] = exp(x[i]) / Σ exp(x[j]): all outputs become positive, their sum becomes 1, and they are read as the probabilities of the "
                + "classes. For 2, 1, 0.1 it gives 0.66, 0.24, 0.10.",
            DropoutSpec dropout =>
                $"In training it sets each value to 0 with probability {dropout.Rate}, anew for each sample, and divides the others by 1 - {dropout.Rate}, so "
                + "that the mean stays the same (Srivastava et al. 2014). The layers behind it cannot rely on single values, which makes it harder to learn "
                + "the training pictures by heart. When the network is used, dropout does nothing.",
            _ => throw new InvalidOperationException($"no explanation of layers of the type {plan.Layer.Type}"),
        };
        (string, string) parameters = ("Parameters", "None: nothing here is learned.");
        return new LayerExplanation(plan, [("What it computes", text), ($"The output: {plan.Output}", $"From {plan.Input}."), parameters]);
    }

    private static string Less(int pad) => pad > 0 ? $" - {pad}" : "";
}
