using DistConv.Core.Initializers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Planning;

namespace DistConv.Core.Networks;

/// <summary>A model made ready to compute with one kernel set: layers with their operators, and the layout of all parameters in one buffer.</summary>
public sealed class Network : IDisposable
{
    /// <summary>Builds the layers; the weights live with the caller.</summary>
    /// <param name="model">The model.</param>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="seed">Key of dropout's random words.</param>
    /// <exception cref="InvalidInputException">The model's layers do not fit together.</exception>
    public Network(ModelSpec model, KernelSet kernels, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(kernels);
        Plan = model.Infer();
        Kernels = kernels;
        Execution = ExecutionPlan.Of(Plan);
        var layers = new List<Layer>();
        var parameters = new List<ParameterTensor>();
        var states = new List<ParameterTensor>();
        int offset = 0, state = checked((int)Plan.Parameters), moments = 0;
        foreach (NodePlan node in Execution.Nodes)
        {
            LayerSpec spec = node.Layer.Layer;
            Layer layer = spec.Kind.Create(node.Layer, new LayerContext(node.Index, node.AfterRelu, kernels, seed));
            layers.Add(layer);
            List<ParameterTensor> tensors = [];
            foreach (TensorPlan tensor in node.Layer.Tensors)
            {
                ref int next = ref tensor.IsState ? ref state : ref offset;
                tensors.Add(new ParameterTensor($"{spec.Name}/{tensor.Role}", node.Index, tensors.Count, tensor, next));
                next = checked(next + tensors[^1].Length);
            }

            layer.Tensors = [.. tensors.Where(tensor => !tensor.Plan.IsState)];
            layer.States = [.. tensors.Where(tensor => tensor.Plan.IsState)];
            parameters.AddRange(layer.Tensors);
            states.AddRange(layer.States);
            if (layer is not ShardLayer shardLayer) continue;
            shardLayer.MomentOffset = moments;
            moments = checked(moments + shardLayer.MomentCount);
        }

        Layers = layers;
        Penalized = [.. layers.Where(layer => layer.Plan.Layer.AddsPenalty)];
        Tensors = [.. parameters, .. states];
        Gradient = new GradientLayout(parameters, moments);
        TensorLength = state;
        GradientMilestones = [.. Milestones(Execution.Stages, layers)];
    }

    /// <summary>How samples go through the layers.</summary>
    public ExecutionPlan Execution { get; }

    /// <summary>Shapes, counts and costs.</summary>
    public ModelPlan Plan { get; }

    /// <summary>The kernel set of all operators.</summary>
    public KernelSet Kernels { get; }

    /// <summary>The layers in the order of computation.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The layers that add to the loss of a sample in training, in the order of computation.</summary>
    public IReadOnlyList<Layer> Penalized { get; }

    /// <summary>The layer that computes what goes into the loss: the last, or the one that it stands behind through layers that change nothing.</summary>
    public Layer OutputLayer
    {
        get
        {
            Layer layer = Layers[^1];
            while (layer.Traits.IsIdentity && layer.Plan.Sources[0] >= 0) layer = Layers[layer.Plan.Sources[0]];
            return layer;
        }
    }

    /// <summary>The views of what is learnt, in layer order and, in a layer, in the order of its tensors.</summary>
    public IReadOnlyList<ParameterTensor> Parameters => Gradient.Parameters;

    /// <summary>The views of all tensors: the <see cref="Parameters"/>, then the layers' state in the same order.</summary>
    public IReadOnlyList<ParameterTensor> Tensors { get; }

    /// <summary>Floats of all parameters; in a buffer of all tensors, the state begins here.</summary>
    public int ParameterCount => Gradient.ParameterCount;

    /// <summary>Floats of all tensors.</summary>
    public int TensorLength { get; }

    /// <summary>What stands where in the sum of a step.</summary>
    public GradientLayout Gradient { get; }

    /// <summary>
    /// For each stage, in the order of <see cref="ExecutionPlan.Stages"/>: when its backward pass has ended, the sum of the step is complete from this float
    /// on. Ascending; the first is 0.
    /// </summary>
    public IReadOnlyList<int> GradientMilestones { get; }

    private static IEnumerable<int> Milestones(IReadOnlyList<StagePlan> stages, List<Layer> layers)
    {
        int end = 0; // Of what the stages below compute.
        foreach (StagePlan stage in stages)
        {
            yield return end;
            foreach (int node in stage.Nodes)
            {
                if (layers[node].Tensors is [.., var last]) end = int.Max(end, last.Offset + last.Length);
            }
        }
    }

    /// <summary>Draws the initial values of all tensors: a function of the model and the seed.</summary>
    /// <param name="parameters"><see cref="TensorLength"/> floats, overwritten.</param>
    /// <param name="seed">Key of the draws.</param>
    public void Initialize(Span<float> parameters, ulong seed)
    {
        foreach (ParameterTensor tensor in Tensors)
        {
            TensorPlan plan = tensor.Plan;
            Initializer.Fill(plan.Initializer, parameters.Slice(tensor.Offset, tensor.Length), plan.FanIn, plan.FanOut, seed, tensor.DrawNumber);
        }
    }

    /// <summary>Takes the weights over into the layouts that the layers read, on this thread.</summary>
    /// <param name="parameters"><see cref="TensorLength"/> floats.</param>
    public unsafe void PackWeights(ReadOnlySpan<float> parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.Length, TensorLength, nameof(parameters));

        // SAFETY: the layers read inside their tensors, which are inside the span, and keep no pointer.
        fixed (float* values = parameters)
        {
            foreach (Layer layer in Layers)
            {
                for (int unit = 0; unit < layer.PackUnits; unit++) layer.Pack(unit, values);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Layer layer in Layers) layer.Dispose();
    }
}
