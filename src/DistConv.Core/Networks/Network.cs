using DistConv.Core.Initializers;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

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
        var layers = new List<Layer>();
        var parameters = new List<ParameterTensor>();
        int offset = 0;
        foreach (LayerPlan plan in Plan.Layers)
        {
            Layer layer = CreateLayer(plan, layers.Count, kernels, seed);
            layers.Add(layer);
            layer.Kernel = AddTensor(parameters, ref offset, layer, "kernel", KernelShape(plan), plan.KernelParameters);
            layer.Bias = AddTensor(parameters, ref offset, layer, "bias", [plan.Output.Channels], plan.BiasParameters);
        }

        for (int i = 1; i < layers.Count; i++) layers[i].AfterRelu = layers[i - 1].EndsInRelu || (layers[i - 1].IsIdentity && layers[i - 1].AfterRelu);
        Layers = layers;
        Parameters = parameters;
        ParameterCount = offset;
        int head = layers.Find(layer => layer is DenseLayer)?.Kernel?.Offset ?? offset;
        HeadLength = head == 0 ? offset : head;
    }

    /// <summary>Shapes, counts and costs.</summary>
    public ModelPlan Plan { get; }

    /// <summary>The kernel set of all operators.</summary>
    public KernelSet Kernels { get; }

    /// <summary>The layers from input to output.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The parameters' views, in layer order, kernel before bias.</summary>
    public IReadOnlyList<ParameterTensor> Parameters { get; }

    /// <summary>Floats of all parameters.</summary>
    public int ParameterCount { get; }

    /// <summary>
    /// Parameters of the layers below the first dense one, which come first in the buffer: their gradients are complete last. Of the rest, the tail, they are
    /// complete before those layers' backward pass. All parameters if there is no tail.
    /// </summary>
    public int HeadLength { get; }

    /// <summary>Draws the initial parameters: a function of the model and the seed.</summary>
    /// <param name="parameters"><see cref="ParameterCount"/> floats, overwritten.</param>
    /// <param name="seed">Key of the draws.</param>
    public void Initialize(Span<float> parameters, ulong seed)
    {
        foreach (ParameterTensor tensor in Parameters)
        {
            LayerPlan plan = Plan.Layers[tensor.Layer];
            (InitializerSpec kernel, InitializerSpec bias, int fanIn, int fanOut) = plan.Layer switch
            {
                Conv2DSpec conv => (conv.KernelInitializer, conv.BiasInitializer, conv.Shape(plan.Input).FanIn, conv.Shape(plan.Input).FanOut),
                DenseSpec dense => (dense.KernelInitializer, dense.BiasInitializer, plan.Input.Size, dense.Units),
                _ => throw new InvalidOperationException($"{tensor.Name} belongs to a layer without parameters"),
            };

            // As Keras computes fans of a vector: a bias of n values has fanIn = fanOut = n.
            Span<float> values = parameters.Slice(tensor.Offset, tensor.Length);
            if (tensor.IsKernel) Initializer.Fill(kernel, values, fanIn, fanOut, seed, 2 * tensor.Layer);
            else Initializer.Fill(bias, values, tensor.Length, tensor.Length, seed, (2 * tensor.Layer) + 1);
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
                if (layer is Conv2DLayer conv) conv.PackWeights(values);
                if (layer is not DenseLayer dense) continue;
                for (int unit = 0; unit < dense.Operator.PackUnits; unit++) dense.PackWeights(unit, values);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Layer layer in Layers) layer.Dispose();
    }

    private static Layer CreateLayer(LayerPlan plan, int index, KernelSet kernels, ulong seed) => plan.Layer switch
    {
        Conv2DSpec conv => new Conv2DLayer(plan, index, conv, kernels),
        DenseSpec dense => new DenseLayer(plan, index, dense, kernels),
        MaxPool2DSpec pool => new MaxPoolLayer(plan, index, pool.Shape(plan.Input), kernels),
        AvgPool2DSpec pool => new AvgPoolLayer(plan, index, pool.Shape(plan.Input), kernels),
        GlobalAvgPool2DSpec => new AvgPoolLayer(plan, index, WholeInput(plan.Input), kernels),
        DropoutSpec dropout => new DropoutLayer(plan, index, dropout, seed, kernels),
        ReluSpec => new ReluLayer(plan, index, kernels),
        FlattenSpec or SoftmaxSpec => new IdentityLayer(plan, index),
        _ => throw new InvalidOperationException($"no layer for {plan.Layer.Type}"),
    };

    private static Pool2DShape WholeInput(TensorShape input) =>
        new(input.Height, input.Width, input.Channels, input.Height, input.Width, input.Height, input.Width);

    private static int[] KernelShape(LayerPlan plan) => plan.Layer switch
    {
        Conv2DSpec conv => [conv.KernelH, conv.KernelW, plan.Input.Channels, conv.Filters],
        DenseSpec dense => [plan.Input.Size, dense.Units],
        _ when plan.Parameters == 0 => [],
        _ => throw new InvalidOperationException($"no kernel shape for {plan.Layer.Type}"),
    };

    private static ParameterTensor? AddTensor(List<ParameterTensor> parameters, ref int offset, Layer layer, string role, int[] shape, long length)
    {
        if (length == 0) return null;
        var tensor = new ParameterTensor($"{layer.Plan.Layer.Name}/{role}", layer.Index, shape, offset, checked((int)length));
        parameters.Add(tensor);
        offset = checked(offset + tensor.Length);
        return tensor;
    }
}
