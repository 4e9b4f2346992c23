using DistConv.Core.Layers;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Layers;

/// <summary>An attribute of an ONNX operator: a number, a list of numbers, or a text.</summary>
/// <param name="Name">Its name in the operator's schema.</param>
/// <param name="Values">The numbers.</param>
/// <param name="IsList">Whether it is a list, even of one.</param>
internal readonly record struct OnnxAttribute(string Name, IReadOnlyList<long> Values, bool IsList)
{
    /// <summary>The number if it is a float; null: it is a whole number or a list of such.</summary>
    public float? Single { get; private init; }

    /// <summary>The text if it is one; null: it is a number or a list.</summary>
    public string? Text { get; private init; }

    /// <summary>A text.</summary>
    public static OnnxAttribute OfText(string name, string text) => new(name, [], IsList: false) { Text = text };

    /// <summary>A float.</summary>
    public static OnnxAttribute OfSingle(string name, double value) => new(name, [], IsList: false) { Single = (float)value };

    /// <summary>A number.</summary>
    public static OnnxAttribute Number(string name, long value) => new(name, [value], IsList: false);

    /// <summary>A list of numbers.</summary>
    public static OnnxAttribute List(string name, params long[] values) => new(name, values, IsList: true);
}

/// <summary>Takes the operators of an ONNX graph. A name that the graph has already gets a number: go on with the name that a method returns.</summary>
internal interface IOnnxNodes
{
    /// <summary>Adds an operator.</summary>
    /// <param name="operation">Its type.</param>
    /// <param name="output">The name of its output, and its own.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The name that it got.</returns>
    string Add(string operation, string output, IReadOnlyList<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes);

    /// <summary>Adds whole numbers as a constant of one dimension: an operand that ONNX wants as an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">The numbers.</param>
    /// <returns>The name that it got.</returns>
    string Constant(string name, params ReadOnlySpan<long> values);

    /// <summary>Adds a number as a constant without dimensions, which fits any shape.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The number.</param>
    /// <returns>The name that it got.</returns>
    string Scalar(string name, double value);

    /// <summary>Adds a number for each channel as a constant that ONNX repeats over the positions.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">What it is applied to: an image, or a list, which has channels only.</param>
    /// <param name="value">The number of a channel.</param>
    /// <returns>The name that it got.</returns>
    string Constant(string name, TensorShape shape, Func<int, float> value);

    /// <summary>Adds the weights of a layer as constants.</summary>
    /// <returns>Their names, in the order of its tensors: the kernel, and the bias if there is one.</returns>
    IReadOnlyList<string> Weights(LayerSpec layer);

    /// <summary>The values of a tensor, as DistConv lays them out.</summary>
    /// <param name="layer">Its layer.</param>
    /// <param name="role">Its role.</param>
    /// <returns>All of them.</returns>
    ReadOnlyMemory<float> Values(LayerSpec layer, string role);

    /// <summary>Adds a list of one number, again and again, as a constant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">How often.</param>
    /// <param name="value">The number.</param>
    /// <returns>The name that it got.</returns>
    string Fill(string name, int length, float value);
}
