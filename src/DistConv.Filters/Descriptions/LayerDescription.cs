using DistConv.Filters.Kernels;

namespace DistConv.Filters.Descriptions;

/// <summary>A filter after training, and before.</summary>
/// <param name="Index">Its number, from 0, as in the weights' array.</param>
/// <param name="Now">Its spatial pattern: the kernel itself where there is one input channel, else the plane that explains most of all its planes
/// together.</param>
/// <param name="Before">The same of the untrained filter.</param>
/// <param name="PlaneShare">The share of the filter's energy that the pattern explains; 1 with one input channel.</param>
/// <param name="ChannelWeights">How strongly the pattern is applied to each input channel; of norm 1.</param>
/// <param name="Norm">√Σ w² over all its weights.</param>
/// <param name="Mean">Mean of all its weights.</param>
/// <param name="Moved">‖after − before‖ / ‖before‖; null if it began as zeros.</param>
/// <param name="CosineToBefore">Between after and before.</param>
/// <param name="StructuredPlanes">How many of its planes are structured, each taken by itself.</param>
public sealed record FilterDescription(
    int Index, PlaneDescription Now, PlaneDescription Before, double PlaneShare,
        IReadOnlyList<double> ChannelWeights, double Norm, double Mean, double? Moved, double CosineToBefore,
    int StructuredPlanes);

/// <summary>Two filters that are nearly the same.</summary>
/// <param name="First">The lower number.</param>
/// <param name="Second">The higher number.</param>
/// <param name="Cosine">Between all their weights.</param>
public sealed record SimilarFilters(int First, int Second, double Cosine);

/// <summary>A convolution layer's filters in words and numbers.</summary>
/// <param name="Kernels">The weights that are described.</param>
/// <param name="InitialDistribution">What the weights were drawn from, with its numbers.</param>
/// <param name="Chance">What untrained filters look like.</param>
/// <param name="Basis">What energies are shared out in.</param>
/// <param name="Filters">Each filter.</param>
/// <param name="StructuredPlanes">How many of all inC · outC planes are structured, each taken by itself.</param>
/// <param name="StructuredPlanesBefore">The same before training.</param>
/// <param name="NearDuplicates">Pairs of filters whose cosine exceeds <see cref="LayerDescriber.DuplicateCosine"/>.</param>
public sealed record LayerDescription(
    LayerKernels Kernels, string InitialDistribution, ChanceLevel Chance, PlaneBasis Basis,
        IReadOnlyList<FilterDescription> Filters, int StructuredPlanes, int StructuredPlanesBefore,
    IReadOnlyList<SimilarFilters> NearDuplicates)
{
    /// <summary>The layer's name.</summary>
    public string Name => Kernels.Name;

    /// <summary>Number of planes.</summary>
    public int Planes => Kernels.Shape.InC * Kernels.Shape.OutC;

    /// <summary>How many filters are structured.</summary>
    public int Structured => Filters.Count(filter => filter.Now.IsStructured);

    /// <summary>How many were before training.</summary>
    public int StructuredBefore => Filters.Count(filter => filter.Before.IsStructured);

    /// <summary>How many filters there are of each kind, most frequent first.</summary>
    /// <param name="before">Whether the untrained ones are counted.</param>
    /// <returns>Kinds that occur.</returns>
    public IReadOnlyList<(FilterKind Kind, int Count)> Kinds(bool before = false) =>
    [
        .. Filters.CountBy(filter => (before ? filter.Before : filter.Now).Kind).Select(pair => (pair.Key, pair.Value)).OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key),
    ];
}
