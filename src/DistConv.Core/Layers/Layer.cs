using DistConv.Core.Kernels;

namespace DistConv.Core.Layers;

/// <summary>What a layer is created with.</summary>
/// <param name="Index">Its place in the plan.</param>
/// <param name="AfterRelu">For each input: whether it is what ReLU gave.</param>
/// <param name="Kernels">The kernel set.</param>
/// <param name="Seed">Key of random draws in training.</param>
public readonly record struct LayerContext(int Index, IReadOnlyList<bool> AfterRelu, KernelSet Kernels, ulong Seed);

/// <summary>One sample (row) on its way through the layers.</summary>
/// <param name="Sample">Its index in the data set: with step and layer it determines every random draw.</param>
/// <param name="Step">The training step.</param>
/// <param name="Training">Whether dropout is active.</param>
public readonly record struct SampleContext(int Sample, uint Step, bool Training);

/// <summary>The memory of one row in one layer.</summary>
/// <param name="inputs">The inputs, each one sample in NHWC.</param>
/// <param name="output">One sample.</param>
/// <param name="state">What the forward pass leaves to the backward pass.</param>
/// <param name="scratch">Memory of the thread.</param>
public readonly unsafe struct RowMemory(float** inputs, float* output, float* state, float* scratch)
{
    /// <summary>The inputs.</summary>
    public float** Inputs => inputs;

    /// <summary>The only input, or the first.</summary>
    public float* Input => *inputs;

    /// <summary>The output.</summary>
    public float* Output => output;

    /// <summary>What the forward pass leaves to the backward pass.</summary>
    public float* State => state;

    /// <summary>Memory of the thread.</summary>
    public float* Scratch => scratch;
}

/// <summary>A layer of a network at work: its plan and its place in the parameter buffer. Layers hold no activations, so any number of rows may be in
/// flight.</summary>
public abstract unsafe class Layer : IDisposable
{
    /// <summary>A layer of a plan.</summary>
    /// <param name="plan">Shapes and counts.</param>
    /// <param name="context">Its place.</param>
    protected Layer(LayerPlan plan, LayerContext context)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (Plan, Context) = (plan, context);
        Traits = plan.Layer.Kind.Traits(plan, context.AfterRelu.Contains(true));
    }

    /// <summary>Shapes and counts.</summary>
    public LayerPlan Plan { get; }

    /// <summary>What a pass needs of it.</summary>
    public LayerTraits Traits { get; }

    /// <summary>Whether the passes that come treat it as frozen although the model lets it train: it then computes in training as it does in use, and its
    /// tensors stay as they are. False by default; set between two passes.</summary>
    public bool IsFrozenNow { get; set; }

    /// <summary>Place in the plan; also the layer's number for random draws.</summary>
    public int Index => Context.Index;

    /// <summary>Whether the only input, or the first, is what ReLU gave: then the backward pass gives the gradient before that ReLU.</summary>
    public bool AfterRelu => Context.AfterRelu[0];

    /// <summary>The views of what it learns, in order.</summary>
    public IReadOnlyList<ParameterTensor> Tensors { get; internal set; } = [];

    /// <summary>The views of its state, in order: what no gradient reaches. All of a frozen layer's tensors are state.</summary>
    public IReadOnlyList<ParameterTensor> States { get; internal set; } = [];

    /// <summary>Floats of scratch memory that one call may use.</summary>
    public virtual long ScratchLength => 0;

    /// <summary>Units of work of <see cref="Pack"/>.</summary>
    public virtual int PackUnits => 0;

    /// <summary>The kernel's view; null: it has none.</summary>
    public ParameterTensor? Kernel => Find(TensorPlan.Kernel);

    /// <summary>The bias's view; null: it has none.</summary>
    public ParameterTensor? Bias => Find(TensorPlan.Bias);

    /// <summary>What it was created with.</summary>
    private protected LayerContext Context { get; }

    /// <summary>Takes over a slice of the weights of this step into the layouts that the products read.</summary>
    /// <param name="unit">0 … <see cref="PackUnits"/> − 1; all must be done before the products.</param>
    /// <param name="parameters">All parameters of the network.</param>
    public virtual void Pack(int unit, float* parameters)
    {
    }

    /// <summary>output = layer(inputs), for one row.</summary>
    /// <param name="context">The sample.</param>
    /// <param name="row">Its memory; the output is overwritten, in training the state as well.</param>
    public abstract void Forward(in SampleContext context, in RowMemory row);

    /// <summary>
    /// The inputs' gradients from the output's, for one row. ReLU's own gradient is applied by whoever writes the gradient of its output: here for the layer
    /// below (<see cref="AfterRelu"/>), so it is one pass with the writing.
    /// </summary>
    /// <param name="context">The sample, as in the forward pass.</param>
    /// <param name="row">As the forward pass left it.</param>
    /// <param name="gradOutput">Gradient of the output; where the layer ends in ReLU, before that.</param>
    /// <param name="gradInputs">Gradient of each input, overwritten; null where nobody needs it.</param>
    public abstract void Backward(in SampleContext context, in RowMemory row, float* gradOutput, float** gradInputs);

    /// <summary>The gradient of one tensor of the layer, from one row alone.</summary>
    /// <param name="tensor">Its place.</param>
    /// <param name="row">As the forward pass left it.</param>
    /// <param name="gradOutput">Gradient of the output; where the layer ends in ReLU, before that.</param>
    /// <param name="gradient">As many values as the tensor has, overwritten.</param>
    public virtual void TensorGradient(int tensor, in RowMemory row, float* gradOutput, float* gradient) =>
        throw new InvalidOperationException($"layers of type {Plan.Layer.Type} learn nothing");

    /// <summary>What a row adds to its loss in training, where <see cref="LayerSpec.AddsPenalty"/>.</summary>
    /// <param name="state">The row's state, as the forward pass in training left it.</param>
    /// <returns>At least 0.</returns>
    public virtual double Penalty(float* state) => throw new InvalidOperationException($"layers of type {Plan.Layer.Type} have no penalty");

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the layer holds.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The tensor of a role, learnt or not; null: the layer has none. Without a delegate: it is asked in every step.</summary>
    private protected ParameterTensor? Find(string role)
    {
        for (int i = 0; i < Tensors.Count + States.Count; i++)
        {
            ParameterTensor tensor = i < Tensors.Count ? Tensors[i] : States[i - Tensors.Count];
            if (tensor.Plan.Role == role) return tensor;
        }

        return null;
    }

    /// <summary>The first float of a tensor, learnt or not.</summary>
    /// <param name="place">Its place in the layer.</param>
    private protected int OffsetOf(int place)
    {
        for (int i = 0; i < Tensors.Count; i++)
        {
            if (Tensors[i].Place == place) return Tensors[i].Offset;
        }

        for (int i = 0; i < States.Count; i++)
        {
            if (States[i].Place == place) return States[i].Offset;
        }

        throw new ArgumentOutOfRangeException(nameof(place), place, "the layer has no such tensor");
    }
}
