using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>Fully connected layers.</summary>
internal sealed class DenseForm : LayerForm<DenseSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["Dense"] = ["units", "activation", "use_bias"],
        ["dense"] = ["units", "activation"],
    };

    public override bool OrdersWeights => true;

    protected override LayerExplanation Explain(DenseSpec layer, LayerPlan plan)
    {
        DenseShape shape = layer.Shape(plan.Input);
        string formula = $"y[k] = {(layer.UseBias ? "b[k] + " : "")}Σ w[i, k] · x[i],  i = 0…{shape.In - 1}, k = 0…{shape.Out - 1}";
        string fans = $"    fan_in  = {shape.In}  (inputs)\n    fan_out = {shape.Out}  (units)";
        string end = layer.Activation == Activation.Softmax
            ? " As the last layer it gives one probability for each class; training reduces the cross-entropy, minus the logarithm of the right class's "
                + "probability."
            : "";
        TensorShape output = plan.Output;
        string places = output.IsFlat
            ? ""
            : $" This happens at each of the {output.Height}×{output.Width} positions, as in a convolution of 1×1: the inputs are its channels.";
        return new LayerExplanation(plan,
        [
            ("What it computes",
                $"Each of its {shape.Out} units multiplies all {shape.In} inputs by weights of its own and adds up the products:\n\n    {formula}\n\n"
                + $"{LayerExplanation.ActivationSentence(layer.Activation)}{end}{places}"),
            ("An example", "With three inputs 1, 0, 2, weights 0.5, -1, 0.25 and bias 0.1 a unit gives\n\n    0.1 + 0.5·1 + (-1)·0 + 0.25·2 = 1.1"),
            output.IsFlat
                ? ($"The output: {shape.Out} numbers", "One for each unit; the input's size does not matter to it.")
                : ($"The output: {output.Height}×{output.Width}×{output.Channels}", "One number for each unit at each position."),
            ("What the weights are",
                LayerExplanation.Beginning(layer.KernelInitializer, shape.FanIn, shape.FanOut, fans) + "\n\nFor each batch, training moves each weight a "
                + "little against the derivative of the error with respect to it (backpropagation)."),
            ("Parameters", LayerExplanation.Parameters(plan, $"{shape.In:N0}·{shape.Out:N0}")),
            ("Cost", LayerExplanation.Cost(
                plan, $"{(output.IsFlat ? "" : $"{output.Height}·{output.Width} positions · ")}{shape.In:N0} inputs · {shape.Out:N0} units")),
        ])
        {
            Formula = formula,
            InitialDistribution = Initializer.Describe(layer.KernelInitializer, shape.FanIn, shape.FanOut),
            FanIn = shape.FanIn,
            FanOut = shape.FanOut,
        };
    }

    protected override string Summarize(DenseSpec layer, LayerPlan plan) =>
        $"{layer.Units} weighted sums of all {(plan.Input.IsFlat ? "inputs" : "channels")}{Then(layer.Activation)}";

    protected override string Caption(DenseSpec layer) =>
        $"{layer.Units} units{(layer.Activation == Activation.Relu ? ", ReLU" : layer.Activation == Activation.Softmax ? ", before softmax" : "")}";

    protected override string WriteOnnx(IOnnxNodes nodes, DenseSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        IReadOnlyList<string> weights = nodes.Weights(layer);
        string sums = plan.Input.IsFlat
            ? nodes.Add("Gemm", layer.Name, [inputs[0], .. weights], OnnxAttribute.Number("transB", 1))
            : nodes.Add("Conv", layer.Name, [inputs[0], Window(nodes, layer, weights[0]), .. weights.Skip(1)]);
        return layer.Activation == Activation.Relu ? nodes.Add("Relu", $"{layer.Name}_relu", [sums]) : sums;
    }

    /// <summary>[units, channels] as a kernel of 1 × 1.</summary>
    private static string Window(IOnnxNodes nodes, DenseSpec layer, string kernel) =>
        nodes.Add("Unsqueeze", $"{layer.Name}_window", [kernel, nodes.Constant($"{layer.Name}_axes", 2, 3)]);
}
