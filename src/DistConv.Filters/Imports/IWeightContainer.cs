using DistConv.Core;

namespace DistConv.Filters.Imports;

/// <summary>
/// An open weight file. Opening it reads and checks the headers only, within fixed limits, so that a caller can compare them with a model before it
/// allocates memory for any values. Every member may throw <see cref="InvalidInputException"/> or <see cref="IOException"/>.
/// </summary>
internal interface IWeightContainer : IDisposable
{
    /// <summary>"keras" or "pytorch" where the file says which layout it has; otherwise null.</summary>
    string? Layout { get; }

    /// <summary>The arrays, in the order of the file, at most <see cref="WeightTensor.MaxTensors"/>.</summary>
    IReadOnlyList<WeightTensor> Tensors { get; }

    /// <summary>Reads the values of an array.</summary>
    /// <param name="tensor">Its index in <see cref="Tensors"/>.</param>
    /// <param name="values">Row-major, as many as the shape says; overwritten.</param>
    void Read(int tensor, Span<float> values);
}
