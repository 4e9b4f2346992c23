namespace DistConv.Core.Layers;

/// <summary>What a layer computes value by value, if a layer before it can do that in the epilogue of its own pass.</summary>
public enum EpilogueStep
{
    /// <summary>Nothing of the kind.</summary>
    None,

    /// <summary>The sum of two inputs of one shape.</summary>
    Sum,

    /// <summary><c>x &lt; 0 ? +0 : x</c>.</summary>
    Relu,
}

/// <summary>What happens to a layer's values before they are written, in the place of layers behind it. The default is nothing.</summary>
/// <param name="addend">As many values as the layer's output has, which are added first; null: nothing is added.</param>
/// <param name="endsInRelu">Whether ReLU comes last.</param>
public readonly unsafe struct Epilogue(float* addend, bool endsInRelu)
{
    /// <summary>What is added first; null: nothing.</summary>
    public float* Addend => addend;

    /// <summary>Whether ReLU comes last.</summary>
    public bool EndsInRelu => endsInRelu;
}
