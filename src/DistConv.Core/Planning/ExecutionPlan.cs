using DistConv.Core.Layers;
using DistConv.Core.Models;

namespace DistConv.Core.Planning;

/// <summary>
/// How samples go through a network, forward and back: in which stages, whose memory is shared, what is kept and what is computed again. A training step, the
/// pass of one sample, the search for a value that is not finite, and the estimate of memory all follow it. It needs no operators and allocates nothing of the
/// network's.
/// </summary>
public sealed class ExecutionPlan
{
    /// <summary>A layer that costs less than this part of a training step is computed again in the backward pass, if it reads the network's input: that is
    /// cheaper than to fetch its output.</summary>
    private const double CheapPart = 0.03;

    private ExecutionPlan(ModelPlan model, IReadOnlyList<NodePlan> nodes, IReadOnlyList<StagePlan> stages) => (Model, Nodes, Stages) = (model, nodes, stages);

    /// <summary>Shapes and costs.</summary>
    public ModelPlan Model { get; }

    /// <summary>A node for each layer, in the order of computation.</summary>
    public IReadOnlyList<NodePlan> Nodes { get; }

    /// <summary>The stages in order. Nodes that change nothing are in none.</summary>
    public IReadOnlyList<StagePlan> Stages { get; }

    /// <summary>The most inputs that a layer has.</summary>
    public int MaxInputs => Nodes.Max(node => node.Sources.Count);

    /// <summary>Plans a model's training.</summary>
    /// <param name="model">Its shapes.</param>
    /// <returns>The plan.</returns>
    public static ExecutionPlan Of(ModelPlan model)
    {
        ArgumentNullException.ThrowIfNull(model);
        PlanBuilder builder = new(model, CheapPart);
        return new ExecutionPlan(model, builder.Nodes(), builder.Stages());
    }
}

/// <summary>Where values of a layer live during a step.</summary>
public enum Storage
{
    /// <summary>Nobody needs them.</summary>
    None,

    /// <summary>Where the layer's input lives: the layer changes nothing.</summary>
    Shared,

    /// <summary>Where its only reader keeps the same: that one works in place, or passes its gradient on as it is.</summary>
    Reader,

    /// <summary>Once a thread, in that core's cache, as long as a row is in the stage.</summary>
    Thread,

    /// <summary>A row a sample: they are read again after the row has left the stage.</summary>
    Row,
}

/// <summary>A layer in a plan.</summary>
/// <param name="Layer">Shapes and costs.</param>
/// <param name="Index">Its place.</param>
/// <param name="Traits">What a pass needs of it.</param>
/// <param name="AfterRelu">For each input: whether it is what ReLU gave.</param>
/// <param name="Output">Where its output lives.</param>
/// <param name="Gradient">Where the gradient of its output lives; none: no layer that it depends on learns anything.</param>
/// <param name="IsRecomputed">Whether its output is computed again for the backward pass.</param>
/// <param name="AddsGradients">For each input: whether another reader of it has written its gradient before, in the backward pass, so that this one is
/// added.</param>
public sealed record NodePlan(
    LayerPlan Layer, int Index, LayerTraits Traits,
        IReadOnlyList<bool> AfterRelu, Storage Output, Storage Gradient, bool IsRecomputed, IReadOnlyList<bool> AddsGradients)
{
    /// <summary>The places of the layers that it reads; −1 is the network's input.</summary>
    public IReadOnlyList<int> Sources => Layer.Sources;

    /// <summary>The only layer that reads it, if something of it lives there (<see cref="Storage.Reader"/>); otherwise −1.</summary>
    public int Reader { get; init; } = -1;

    /// <summary>What a layer of phase shard does in the place of layers behind it, in a stage; null: nothing.</summary>
    public EpiloguePlan? Epilogue { get; init; }
}

/// <summary>
/// Layers that a layer of phase shard computes in one pass with its own values: a sum of it and a layer before it, ReLU, or the one behind the other. Nobody
/// else reads what lies between them, and it is not written.
/// </summary>
/// <param name="Nodes">Their places in order, at least one.</param>
/// <param name="Addend">The place of the other summand; −1 is the network's input; null: nothing is added.</param>
/// <param name="EndsInRelu">Whether the last one is ReLU.</param>
public sealed record EpiloguePlan(IReadOnlyList<int> Nodes, int? Addend, bool EndsInRelu);

/// <summary>Neighbouring layers that are computed together.</summary>
/// <param name="Phase">How samples go through them: sample, row by row, or batch, all rows at once. A layer of phase shard goes row by row as well, with what
/// the stage before has added up.</param>
/// <param name="Nodes">Their places in order; of phase batch one, of phase sample perhaps none.</param>
/// <param name="Sums">The layers of phase shard in the next stage, in order: this stage, of phase sample, adds up the rows of their inputs on the way forward,
/// and on the way back begins with the gradients of these inputs.</param>
public sealed record StagePlan(LayerPhase Phase, IReadOnlyList<int> Nodes, IReadOnlyList<int> Sums);
