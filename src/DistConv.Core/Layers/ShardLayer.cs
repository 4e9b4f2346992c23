namespace DistConv.Core.Layers;

/// <summary>
/// A layer of phase shard: in training, what it makes of a sample depends on all samples of the sample's shard, and on no other. The rows of a shard stand side
/// by side. What a layer keeps of a row (<see cref="LayerTraits.StateLength"/> floats) belongs to the row as far as it is a row's sums; what it works out for
/// the whole shard stands in that of the shard's first row, and <see cref="RowMemory.State"/> is the first row's in every call but the two that add up a row.
/// </summary>
/// <param name="plan">Shapes and counts.</param>
/// <param name="context">Its place.</param>
public abstract unsafe class ShardLayer(LayerPlan plan, LayerContext context) : Layer(plan, context)
{
    /// <summary>Doubles that a shard's forward pass leaves for the layer's state; they are added over the shards of a step.</summary>
    public abstract int MomentCount { get; }

    /// <summary>Where its doubles begin among those of the network.</summary>
    public int MomentOffset { get; internal set; }

    /// <inheritdoc/>
    public sealed override void Forward(in SampleContext context, in RowMemory row) => Forward(context, row, default);

    /// <summary>As <see cref="Layer.Forward"/>, with the work of the layers behind it.</summary>
    /// <param name="context">The sample.</param>
    /// <param name="row">Its memory; the output is that of the last of these layers.</param>
    /// <param name="epilogue">That work.</param>
    public abstract void Forward(in SampleContext context, in RowMemory row, Epilogue epilogue);

    /// <summary>Adds up a row's input.</summary>
    /// <param name="input">The row's input.</param>
    /// <param name="state">The row's own state, overwritten.</param>
    public abstract void SumForward(float* input, float* state);

    /// <summary>Works out what the forward pass of a shard needs, from the sums of its rows in their order.</summary>
    /// <param name="rows">Rows of the shard, at least one.</param>
    /// <param name="states">The state of its first row; that of the next stands <paramref name="stride"/> floats further.</param>
    /// <param name="stride">Floats from one row's state to the next.</param>
    public abstract void FinishForward(int rows, float* states, int stride);

    /// <summary>Copies what a shard's forward pass leaves for the layer's state.</summary>
    /// <param name="state">The state of the shard's first row, after <see cref="FinishForward"/>.</param>
    /// <param name="moments"><see cref="MomentCount"/> doubles, overwritten.</param>
    public abstract void CopyMoments(float* state, double* moments);

    /// <summary>Adds up a row's gradient.</summary>
    /// <param name="input">The row's input.</param>
    /// <param name="gradOutput">Gradient of the row's output.</param>
    /// <param name="state">The row's own state: the sums of <see cref="SumForward"/> are overwritten.</param>
    public abstract void SumBackward(float* input, float* gradOutput, float* state);

    /// <summary>Works out what the backward pass of a shard needs, and the gradients of the tensors.</summary>
    /// <param name="rows">Rows of the shard, at least one.</param>
    /// <param name="states">The state of its first row.</param>
    /// <param name="stride">Floats from one row's state to the next.</param>
    /// <param name="gradient">All tensors that are learnt, one after another, overwritten.</param>
    public abstract void FinishBackward(int rows, float* states, int stride, float* gradient);

    /// <summary>Moves the state on by a step.</summary>
    /// <param name="moments">What the shards of the step left, added: <see cref="MomentCount"/> doubles.</param>
    /// <param name="samples">Samples of the step, at least one.</param>
    /// <param name="values">All tensors of the network; the layer's state is updated in place.</param>
    public abstract void UpdateState(double* moments, long samples, float* values);
}
