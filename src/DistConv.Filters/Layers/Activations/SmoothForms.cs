using DistConv.Core.Layers.Activations;

namespace DistConv.Filters.Layers.Activations;

/// <summary>Gaussian error linear units.</summary>
internal sealed class GeluForm() : ActivationForm<GeluSpec>(
    Named(("gelu", ["approximate"])),
    "Φ(x) is the part of a normal distribution below x; the larger a value is, the more of it passes (Hendrycks and Gimpel 2016).")
{
    protected override string Formula(GeluSpec layer) => layer.Approximate ? "0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))" : "x·Φ(x)";

    protected override string WriteOnnx(IOnnxNodes nodes, GeluSpec layer, string input)
    {
        string name = layer.Name;
        string part = layer.Approximate
            ? nodes.Add("Tanh", $"{name}_tanh", [Inner(nodes, name, input)])
            : nodes.Add("Erf", $"{name}_erf", [nodes.Add("Mul", $"{name}_scaled", [input, nodes.Scalar($"{name}_inverse_root_2", Math.Sqrt(0.5))])]);
        string factor = nodes.Add("Add", $"{name}_factor", [part, nodes.Scalar($"{name}_one", 1)]);
        string half = nodes.Add("Mul", $"{name}_half", [input, nodes.Scalar($"{name}_a_half", 0.5)]);
        return nodes.Add("Mul", name, [half, factor]);
    }

    /// <summary>√(2/π) (x + 0.044715 x³) = x (√(2/π) + √(2/π) 0.044715 x²).</summary>
    private static string Inner(IOnnxNodes nodes, string name, string input)
    {
        double root = Math.Sqrt(2 / Math.PI);
        string square = nodes.Add("Mul", $"{name}_square", [input, input]);
        string cubic = nodes.Add("Mul", $"{name}_cubic", [square, nodes.Scalar($"{name}_c3", root * 0.044715)]);
        string sum = nodes.Add("Add", $"{name}_sum", [cubic, nodes.Scalar($"{name}_c1", root)]);
        return nodes.Add("Mul", $"{name}_inner", [input, sum]);
    }
}

/// <summary>Swish.</summary>
internal sealed class SiluForm() : ActivationForm<SiluSpec>(
    Named(("silu", [])),
    "It is a smooth ReLU, also called swish, that lets a little of negative values through (Elfwing et al. 2017; Ramachandran et al. 2017).")
{
    protected override string Formula(SiluSpec layer) => "x/(1 + exp(-x))";

    protected override string WriteOnnx(IOnnxNodes nodes, SiluSpec layer, string input) =>
        nodes.Add("Mul", layer.Name, [input, nodes.Add("Sigmoid", $"{layer.Name}_sigmoid", [input])]);
}

/// <summary>The logistic function.</summary>
internal sealed class SigmoidForm() : PlainActivationForm<SigmoidSpec>(
    "sigmoid",
    "1/(1 + exp(-x))",
    "Sigmoid",
    "Every value becomes one between 0 and 1. For 0 it is 0.5, for 2 it is 0.88. Far from 0 it is nearly flat, so little gradient comes back.");

/// <summary>The hyperbolic tangent.</summary>
internal sealed class TanhForm() : PlainActivationForm<TanhSpec>(
    "tanh",
    "tanh(x)",
    "Tanh",
    "Every value becomes one between -1 and 1, and 0 stays 0. Far from 0 it is nearly flat, so little gradient comes back.");

/// <summary>ReLU without its corner.</summary>
internal sealed class SoftplusForm() : PlainActivationForm<SoftplusSpec>(
    "softplus",
    "ln(1 + exp(x))",
    "Softplus",
    "It is a ReLU without its corner, and always positive (Dugas et al. 2001).");

/// <summary>The softsign function.</summary>
internal sealed class SoftsignForm() : PlainActivationForm<SoftsignSpec>(
    "softsign",
    "x/(1 + |x|)",
    "Softsign",
    "Every value becomes one between -1 and 1, more slowly than by tanh (Bergstra et al. 2009).");

/// <summary>The exponential function.</summary>
internal sealed class ExponentialForm() : PlainActivationForm<ExponentialSpec>(
    "exponential",
    "exp(x)",
    "Exp",
    "Every value becomes positive, and differences become ratios.");
