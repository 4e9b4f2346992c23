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
        int offset = 0;
        foreach (NodePlan node in Execution.Nodes)
        {
            LayerSpec spec = node.Layer.Layer;
            Layer layer = spec.Kind.Create(node.Layer, new LayerContext(node.Index, node.AfterRelu, kernels, seed));
            layers.Add(layer);
            List<ParameterTensor> tensors = [];
            foreach (TensorPlan tensor in node.Layer.Tensors)
            {
                tensors.Add(new ParameterTensor($"{spec.Name}/{tensor.Role}", node.Index, tensors.Count, tensor, offset));
                offset = checked(offset + tensors[^1].Length);
            }

            layer.Tensors = tensors;
            parameters.AddRange(tensors);
        }

        Layers = layers;
        Parameters = parameters;
        ParameterCount = offset;
        int firstBatch = layers.Find(layer => layer.Traits.Phase == LayerPhase.Batch && layer.Tensors.Count > 0)?.Tensors[0].Offset ?? offset;
        EarlyBucketStart = firstBatch == 0 ? offset : firstBatch;
    }

    /// <summary>How samples go through the layers.</summary>
    public ExecutionPlan Execution { get; }

    /// <summary>Shapes, counts and costs.</summary>
    public ModelPlan Plan { get; }

    /// <summary>The kernel set of all operators.</summary>
    public KernelSet Kernels { get; }

    /// <summary>The layers in the order of computation.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The parameters' views, in layer order and, in a layer, in the order of its tensors.</summary>
    public IReadOnlyList<ParameterTensor> Parameters { get; }

    /// <summary>Floats of all parameters.</summary>
    public int ParameterCount { get; }

    /// <summary>
    /// Where the early bucket begins in the buffer: at the first layer that works on all samples at once. The gradients from there on are complete before the
    /// backward pass of the layers below. <see cref="ParameterCount"/> if there is no early bucket.
    /// </summary>
    public int EarlyBucketStart { get; }

    /// <summary>Draws the initial parameters: a function of the model and the seed.</summary>
    /// <param name="parameters"><see cref="ParameterCount"/> floats, overwritten.</param>
    /// <param name="seed">Key of the draws.</param>
    public void Initialize(Span<float> parameters, ulong seed)
    {
        foreach (ParameterTensor tensor in Parameters)
        {
            TensorPlan plan = tensor.Plan;
            Initializer.Fill(plan.Initializer, parameters.Slice(tensor.Offset, tensor.Length), plan.FanIn, plan.FanOut, seed, tensor.DrawNumber);
        }
    }

    /// <summary>Takes the weights over into the layouts that the layers read, on this thread.</summary>
    /// <param name="parameters"><see cref="ParameterCount"/> floats.</param>
    public unsafe void PackWeights(ReadOnlySpan<float> parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.Length, ParameterCount, nameof(parameters));

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
