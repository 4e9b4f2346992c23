namespace DistConv.Core.Shapes;

/// <summary>How a sliding window (convolution or pooling) treats the border of its input.</summary>
public enum Padding
{
    /// <summary>Only whole windows: <c>out = ⌊(in − k) / stride⌋ + 1</c>. The default.</summary>
    Valid,

    /// <summary>
    /// TensorFlow's 'same': <c>out = ⌈in / stride⌉</c>; the total padding is <c>max((out − 1)·stride + k − in, 0)</c>, its odd pixel at the bottom and right.
    /// </summary>
    Same,
}
