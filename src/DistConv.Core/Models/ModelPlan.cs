using DistConv.Core.Layers;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>A model whose shapes fit, with every shape and cost worked out. Made by <see cref="ModelSpec.Infer"/>.</summary>
public sealed class ModelPlan
{
    internal ModelPlan(ModelSpec model, IReadOnlyList<LayerPlan> layers)
    {
        Model = model;
        Layers = layers;
        Parameters = layers.Sum(layer => layer.Parameters);
        OutputKind = layers.Single(layer => layer.IsOutput).Layer.EndsAs;
        StateValues = layers.Sum(layer => layer.StateValues);
        MultiplyAddsForward = layers.Sum(layer => layer.MultiplyAddsForward);
        TrainingFlops = layers.Sum(layer => layer.TrainingFlops);
    }

    /// <summary>The model.</summary>
    public ModelSpec Model { get; }

    /// <summary>Its layers, at least one, in the order of computation: each stands behind the layers that it reads, and of several that could be next the one
    /// that the model lists first is. In a sequence that is the model's own order.</summary>
    public IReadOnlyList<LayerPlan> Layers { get; }

    /// <summary>Shape of the last layer's output; flat.</summary>
    public TensorShape Output => Layers[^1].Output;

    /// <summary>What the values of the output mean.</summary>
    public OutputKind OutputKind { get; }

    /// <summary>Number of classes that it tells apart: its outputs, and 2 for one sigmoid unit; 0: the output is one number.</summary>
    public int Classes => Output.Size > 1 ? Output.Size : OutputKind == OutputKind.Sigmoid ? 2 : 0;

    /// <summary>What is trained: weights and biases of all layers that are not frozen.</summary>
    public long Parameters { get; }

    /// <summary>What is not trained: all layers' state, such as moving averages, and all tensors of frozen layers.</summary>
    public long StateValues { get; }

    /// <summary>Multiply-adds of one sample forward, taps on padding left out.</summary>
    public long MultiplyAddsForward { get; }

    /// <summary>Floating-point operations of one sample of a training step; see <see cref="LayerPlan.TrainingFlops"/>.</summary>
    public double TrainingFlops { get; }
}
