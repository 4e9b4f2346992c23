using DistConv.Core.Layers.Activations;

namespace DistConv.Filters.Layers.Activations;

/// <summary>Exponential linear units.</summary>
internal sealed class EluForm() : ActivationForm<EluSpec>(
    Named(("ELU", ["alpha"]), ("elu", ["alpha"])),
    "Negative values bend smoothly towards a limit instead of becoming 0, so that means stay nearer to 0 and no unit falls silent (Clevert et al. 2015).")
{
    protected override string Formula(EluSpec layer) => $"x if x > 0, else {layer.Alpha}·(exp(x) - 1)";

    protected override string WriteOnnx(IOnnxNodes nodes, EluSpec layer, string input) =>
        nodes.Add("Elu", layer.Name, [input], OnnxAttribute.OfSingle("alpha", layer.Alpha));
}

/// <summary>ReLU that leaks.</summary>
internal sealed class LeakyReluForm() : ActivationForm<LeakyReluSpec>(
    Named(("LeakyReLU", ["negative_slope"]), ("leakyRelu", ["slope"])),
    "Negative values are made small instead of 0, so that a unit that gives only those still has a gradient and can learn (Maas et al. 2013).")
{
    protected override string Formula(LeakyReluSpec layer) => $"x if x > 0, else {layer.Slope}·x";

    protected override string WriteOnnx(IOnnxNodes nodes, LeakyReluSpec layer, string input) =>
        nodes.Add("LeakyRelu", layer.Name, [input], OnnxAttribute.OfSingle("alpha", layer.Slope));
}

/// <summary>ReLU with a threshold.</summary>
internal sealed class ThresholdedReluForm() : ActivationForm<ThresholdedReluSpec>(
    Named(("ThresholdedReLU", ["theta"]), ("thresholdedRelu", ["theta"])),
    "What does not exceed the threshold becomes 0; the rest stays as it is (Konda et al. 2014).")
{
    protected override string Formula(ThresholdedReluSpec layer) => $"x if x > {layer.Theta}, else 0";

    protected override string WriteOnnx(IOnnxNodes nodes, ThresholdedReluSpec layer, string input) =>
        nodes.Add("ThresholdedRelu", layer.Name, [input], OnnxAttribute.OfSingle("alpha", layer.Theta));
}

/// <summary>Scaled exponential linear units.</summary>
internal sealed class SeluForm() : PlainActivationForm<SeluSpec>(
    "selu",
    "1.0507·x if x > 0, else 1.0507·1.6733·(exp(x) - 1)",
    "Selu",
    "Its constants are such that means tend to 0 and variances to 1 from layer to layer, if the weights are lecun_normal (Klambauer et al. 2017).");

/// <summary>Hard swish.</summary>
internal sealed class HardSiluForm() : PlainActivationForm<HardSiluSpec>(
    "hardSilu",
    "x·min(max(x + 3, 0), 6)/6",
    "HardSwish",
    "It is near to silu and needs no exponential (Howard et al. 2019, MobileNetV3).");

/// <summary>The hard sigmoid.</summary>
internal sealed class HardSigmoidForm() : ActivationForm<HardSigmoidSpec>(
    Named(("hardSigmoid", ["slope"])),
    "It is near to the sigmoid and needs no exponential. Its slope is 0.2 in Keras 1 and 2, and 1/6 in Keras 3.")
{
    protected override string Formula(HardSigmoidSpec layer) => $"min(max({layer.Slope:G4}·x + 0.5, 0), 1)";

    protected override string WriteOnnx(IOnnxNodes nodes, HardSigmoidSpec layer, string input) =>
        nodes.Add("HardSigmoid", layer.Name, [input], OnnxAttribute.OfSingle("alpha", layer.Slope), OnnxAttribute.OfSingle("beta", 0.5));
}
