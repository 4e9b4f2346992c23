using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>A layer in its place: what goes in, what comes out, what it costs.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Input">Shape of one input sample.</param>
/// <param name="Output">Shape of one output sample.</param>
/// <param name="KernelParameters">Number of weights; 0 for a layer that learns nothing.</param>
/// <param name="BiasParameters">Number of biases.</param>
/// <param name="MultiplyAddsForward">Multiply-adds of one sample forward, taps on padding left out; 0 for a layer without weights (nothing elementwise
/// counts).</param>
/// <param name="NeedsInputGradient">Whether the gradient with respect to the input is computed: only if a layer before has parameters.</param>
public sealed record LayerPlan(
    LayerSpec Layer, TensorShape Input, TensorShape Output, long KernelParameters, long BiasParameters, long MultiplyAddsForward, bool NeedsInputGradient)
{
    /// <summary>Weights and biases.</summary>
    public long Parameters => KernelParameters + BiasParameters;

    /// <summary>
    /// Floating-point operations of one sample of a training step: 2 × multiply-adds × (forward + weight gradient + input gradient where needed).
    /// </summary>
    public double TrainingFlops => 2.0 * MultiplyAddsForward * (NeedsInputGradient ? 3 : 2);
}

/// <summary>A model whose shapes fit, with every shape and cost worked out. Made by <see cref="ModelSpec.Infer"/>.</summary>
public sealed class ModelPlan
{
    internal ModelPlan(ModelSpec model, IReadOnlyList<LayerPlan> layers)
    {
        Model = model;
        Layers = layers;
        Parameters = layers.Sum(layer => layer.Parameters);
        MultiplyAddsForward = layers.Sum(layer => layer.MultiplyAddsForward);
        TrainingFlops = layers.Sum(layer => layer.TrainingFlops);
    }

    /// <summary>The model.</summary>
    public ModelSpec Model { get; }

    /// <summary>Its layers in order, at least one.</summary>
    public IReadOnlyList<LayerPlan> Layers { get; }

    /// <summary>Shape of the last layer's output; flat.</summary>
    public TensorShape Output => Layers[^1].Output;

    /// <summary>Number of classes, at least 2.</summary>
    public int Classes => Output.Size;

    /// <summary>Weights and biases of all layers.</summary>
    public long Parameters { get; }

    /// <summary>Multiply-adds of one sample forward, taps on padding left out.</summary>
    public long MultiplyAddsForward { get; }

    /// <summary>Floating-point operations of one sample of a training step; see <see cref="LayerPlan.TrainingFlops"/>.</summary>
    public double TrainingFlops { get; }
}
