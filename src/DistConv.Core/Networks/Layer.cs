using DistConv.Core.Models;

namespace DistConv.Core.Networks;

/// <summary>A layer of a network at work: its plan and its place in the parameter buffer. Layers hold no activations, so any number of rows may be in
/// flight.</summary>
public abstract unsafe class Layer : IDisposable
{
    /// <summary>A layer of a plan.</summary>
    /// <param name="plan">Shapes and counts.</param>
    /// <param name="index">Its place in the model.</param>
    protected Layer(LayerPlan plan, int index)
    {
        Plan = plan;
        Index = index;
    }

    /// <summary>Shapes and counts.</summary>
    public LayerPlan Plan { get; }

    /// <summary>Place in the model; also the layer's number for random draws.</summary>
    public int Index { get; }

    /// <summary>The kernel's view, or null.</summary>
    public ParameterTensor? Kernel { get; internal set; }

    /// <summary>The bias's view, or null.</summary>
    public ParameterTensor? Bias { get; internal set; }

    /// <summary>Floats of scratch memory that one call may use.</summary>
    public virtual long ScratchLength => 0;

    /// <summary>Whether the output is the input, untouched: the two share their memory.</summary>
    public virtual bool IsIdentity => false;

    /// <summary>Whether the output is what ReLU gave.</summary>
    public virtual bool EndsInRelu => false;

    /// <summary>Whether the input is what ReLU gave: then <see cref="SampleLayer.Backward"/> gives the gradient before that ReLU.</summary>
    public bool AfterRelu { get; internal set; }

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
}

/// <summary>One sample (row) on its way through the layers.</summary>
/// <param name="Sample">Its index in the data set: with step and layer it determines every random draw.</param>
/// <param name="Step">The training step.</param>
/// <param name="Training">Whether dropout is active.</param>
public readonly record struct SampleContext(int Sample, uint Step, bool Training);

/// <summary>A layer that works sample by sample.</summary>
/// <param name="plan">Shapes and counts.</param>
/// <param name="index">Its place in the model.</param>
public abstract unsafe class SampleLayer(LayerPlan plan, int index) : Layer(plan, index)
{
    /// <summary>Floats a sample that the backward pass needs besides input and output.</summary>
    public virtual int StateLength => 0;

    /// <summary>Whether <see cref="Backward"/>, or the gradient of the layer's parameters, reads the input.</summary>
    public virtual bool ReadsInputBackward => AfterRelu;

    /// <summary>Whether <see cref="Backward"/> reads the output.</summary>
    public virtual bool ReadsOutputBackward => false;

    /// <summary>output = layer(input).</summary>
    /// <param name="context">The sample.</param>
    /// <param name="input">One sample, NHWC.</param>
    /// <param name="output">One sample, overwritten.</param>
    /// <param name="state"><see cref="StateLength"/> floats for the backward pass, overwritten in training.</param>
    /// <param name="scratch"><see cref="Layer.ScratchLength"/> floats.</param>
    public abstract void Forward(in SampleContext context, float* input, float* output, float* state, float* scratch);

    /// <summary>
    /// The input's gradient from the output's. ReLU's own gradient is applied by whoever writes the gradient of its output: here for the layer below
    /// (<see cref="Layer.AfterRelu"/>), so it is one pass with the writing.
    /// </summary>
    /// <param name="input">As the forward pass left it.</param>
    /// <param name="output">As the forward pass left it.</param>
    /// <param name="state">As the forward pass left it.</param>
    /// <param name="gradOutput">Gradient of the output; where the layer ends in ReLU, before that.</param>
    /// <param name="gradInput">Gradient of the input, overwritten; null if nobody needs it.</param>
    /// <param name="scratch"><see cref="Layer.ScratchLength"/> floats.</param>
    public abstract void Backward(float* input, float* output, float* state, float* gradOutput, float* gradInput, float* scratch);
}
