namespace DistConv.Grains.Contracts;

/// <summary>
/// Floats in a message, on the managed heap: for state that is captured now and then (gradients, which travel at every step, are
/// <see cref="GradientMessage"/>). Calls
/// within a process pass it by reference; <see cref="Codecs.FloatBlockCodec"/> writes it as raw bytes between processes.
/// </summary>
/// <param name="values">The values; nobody changes them.</param>
[Immutable]
public sealed class FloatBlock(ReadOnlyMemory<float> values)
{
    /// <summary>The values.</summary>
    public ReadOnlyMemory<float> Values { get; } = values;
}
