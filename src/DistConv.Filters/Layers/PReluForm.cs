using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.PRelu;

namespace DistConv.Filters.Layers;

/// <summary>ReLU with learned slopes.</summary>
internal sealed class PReluForm : LayerForm<PReluSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["PReLU"] = ["alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes"],
        ["prelu"] = ["alphaInitializer", "sharedAxes"],
    };

    public override bool KeepsPlaces => true;

    protected override LayerExplanation Explain(PReluSpec layer, LayerPlan plan)
    {
        TensorPlan alpha = plan.Tensors[0];
        string shared = layer.SharedAxes == default
            ? "Each value of a sample has a slope of its own."
            : $"Along the axes {string.Join(", ", layer.SharedAxes.Numbers)} the slopes are the same.";
        string distribution = Initializer.Describe(alpha.Initializer, alpha.FanIn, alpha.FanOut);
        return new LayerExplanation(plan,
        [
            ("What it computes",
                "x if x > 0, else a·x, for each value x, where the slopes a are learned (He et al. 2015). A slope of 0 is a ReLU; a slope of 1 changes "
                    + "nothing."),
            ($"The output: {plan.Output}", $"From {plan.Input}."),
            ("Parameters", $"{string.Join("·", alpha.Shape)} = {alpha.Length:N0} slopes. {shared} Before training they are {distribution}."),
        ])
        {
            Formula = "y = x if x > 0, else a·x",
            InitialDistribution = distribution,
            FanIn = alpha.FanIn,
            FanOut = alpha.FanOut,
        };
    }

    protected override string Summarize(PReluSpec layer, LayerPlan plan) => $"negative values times {plan.Weights:N0} learned slopes";

    protected override string Caption(PReluSpec layer) => layer.Type;

    protected override string WriteOnnx(IOnnxNodes nodes, PReluSpec layer, LayerPlan plan, IReadOnlyList<string> inputs) =>
        nodes.Add("PRelu", layer.Name, [inputs[0], .. nodes.Weights(layer)]);
}
