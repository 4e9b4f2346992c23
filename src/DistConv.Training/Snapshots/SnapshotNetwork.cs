using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;

namespace DistConv.Training.Snapshots;

/// <summary>A network with weights, ready to be used: <see cref="CreatePass"/> runs samples through it. Any number of threads may, each with a pass of its
/// own.</summary>
public sealed class SnapshotNetwork : IDisposable
{
    private readonly float[] _parameters;

    private SnapshotNetwork(Network network, float[] parameters)
    {
        Network = network;
        _parameters = parameters;
        network.PackWeights(parameters);
    }

    /// <summary>The layers, and where each tensor is in <see cref="Parameters"/>.</summary>
    public Network Network { get; }

    /// <summary>All weights and the layers' state, as <see cref="Network.Tensors"/> lays them out.</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>The network of a snapshot.</summary>
    /// <param name="snapshot">A full snapshot.</param>
    /// <param name="source">Name of the file, for the message.</param>
    /// <param name="kernels">The kernel set; it does not change a bit.</param>
    /// <returns>The network, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The snapshot holds kernels only, or lacks a tensor of its model.</exception>
    public static SnapshotNetwork Open(Snapshot snapshot, string source, KernelSet kernels)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Content != SnapshotContent.Full)
            throw new InvalidInputException($"snapshot '{source}' holds kernels only; name a snapshot of the whole network (step-…)");
        Dictionary<string, SnapshotTensor> weights = snapshot.Tensors.Where(tensor => tensor.IsOfNetwork).ToDictionary(tensor => tensor.Name);
        return Create(snapshot.Spec.ReadModel(), snapshot.Spec.Seed, kernels, (network, parameters) =>
        {
            foreach (ParameterTensor tensor in network.Tensors)
            {
                if (!weights.TryGetValue(tensor.Name, out SnapshotTensor? found) || found.Values.Length != tensor.Length)
                    throw new InvalidInputException($"snapshot '{source}' has no tensor '{tensor.Name}' of {tensor.Length} values");
                found.Values.Span.CopyTo(parameters.AsSpan(tensor.Offset, tensor.Length));
            }
        });
    }

    /// <summary>A model with the weights that its initialisers draw.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">Key of the draws.</param>
    /// <param name="kernels">The kernel set; it does not change a bit.</param>
    /// <returns>The network, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The model's layers do not fit together.</exception>
    public static SnapshotNetwork Untrained(ModelSpec model, ulong seed, KernelSet kernels) =>
        Create(model, seed, kernels, (network, parameters) => network.Initialize(parameters, seed));

    /// <summary>Memory for one sample on its way through the network.</summary>
    /// <returns>A pass, which the caller disposes before this.</returns>
    public SamplePass CreatePass() => new(Network);

    /// <summary>The values of one tensor.</summary>
    /// <param name="tensor">One of <see cref="Network.Tensors"/>.</param>
    /// <returns>A view.</returns>
    public ReadOnlySpan<float> Values(ParameterTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Parameters.Slice(tensor.Offset, tensor.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private static SnapshotNetwork Create(ModelSpec model, ulong seed, KernelSet kernels, Action<Network, float[]> fill)
    {
        var network = new Network(model, kernels, seed);
        try
        {
            var parameters = new float[network.TensorLength];
            fill(network, parameters);
            return new SnapshotNetwork(network, parameters);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
