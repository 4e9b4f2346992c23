using DistConv.Core;
using DistConv.Core.Initializers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Filters.Kernels;

namespace DistConv.Filters.Descriptions;

/// <summary>Describes the filters of a convolution layer, after training beside before.</summary>
public static class LayerDescriber
{
    /// <summary>Filters with a larger cosine count as near-duplicates.</summary>
    public const double DuplicateCosine = 0.95;

    /// <summary>Describes a layer.</summary>
    /// <param name="now">Its kernels.</param>
    /// <param name="before">Its kernels before training, of the same shape.</param>
    /// <returns>The description.</returns>
    /// <exception cref="InvalidInputException">A kernel plane has more than <see cref="PlaneBasis.MaxTaps"/> taps.</exception>
    public static LayerDescription Describe(LayerKernels now, LayerKernels before)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(before);
        EnsureDescribable(now);
        Conv2DShape shape = now.Shape;
        ChanceLevel chance = Simulate(now, shape.InC), planeChance = shape.InC == 1 ? chance : Simulate(now, 1);
        PlaneDescriber describer = new(shape.KH, shape.KW, chance), planes = new(shape.KH, shape.KW, planeChance);
        double[][] after = Filters(now), untrained = Filters(before);
        FilterDescription[] filters = [.. after.Select((filter, index) => Describe(index, filter, untrained[index], shape, describer, planes))];
        return new LayerDescription(
            now, Initializer.Describe(now.Spec.KernelInitializer, shape.FanIn, shape.FanOut), chance, describer.Basis, filters,
                filters.Sum(filter => filter.StructuredPlanes),
            untrained.Sum(filter => StructuredPlanes(filter, shape, planes)), NearDuplicates(after));
    }

    /// <summary>Checks that a layer can be described.</summary>
    /// <exception cref="InvalidInputException">A kernel plane has more than <see cref="PlaneBasis.MaxTaps"/> taps.</exception>
    internal static void EnsureDescribable(LayerKernels layer)
    {
        Conv2DShape shape = layer.Shape;
        if ((long)shape.KH * shape.KW > PlaneBasis.MaxTaps)
        {
            throw new InvalidInputException(
                $"layer '{layer.Name}' has kernels of {shape.KH}×{shape.KW}, which is too large to describe (at most {PlaneBasis.MaxTaps:N0} weights): choose "
                    + $"other layers");
        }
    }

    /// <summary>What untrained filters of a layer look like, by their principal planes over so many channels.</summary>
    internal static ChanceLevel Simulate(LayerKernels layer, int inC) =>
        ChanceLevel.Simulate(layer.Spec.KernelInitializer, layer.Shape.KH, layer.Shape.KW, inC, layer.Shape.FanIn, layer.Shape.FanOut);

    private static FilterDescription Describe(int index, double[] now, double[] before, Conv2DShape shape, PlaneDescriber describer, PlaneDescriber planes)
    {
        int taps = shape.KH * shape.KW;
        PrincipalPlane principal = PrincipalPlane.Of(now, taps), principalBefore = PrincipalPlane.Of(before, taps);
        double[] difference = [.. now.Zip(before, (a, b) => a - b)];
        double energyBefore = Algebra.Energy(before);
        return new FilterDescription(
            index, describer.Describe(principal.Values), describer.Describe(principalBefore.Values), principal.Share, principal.Channels,
                Math.Sqrt(Algebra.Energy(now)), now.Average(),
            energyBefore > 0 ? Math.Sqrt(Algebra.Energy(difference) / energyBefore) : null, Algebra.Cosine(now, before), StructuredPlanes(now, shape, planes));
    }

    private static int StructuredPlanes(double[] filter, Conv2DShape shape, PlaneDescriber planes)
    {
        int taps = shape.KH * shape.KW, count = 0;
        for (int ic = 0; ic < shape.InC; ic++)
        {
            if (planes.IsStructured(filter.AsSpan(ic * taps, taps))) count++;
        }

        return count;
    }

    /// <summary>Each filter's planes one after another.</summary>
    internal static double[][] Filters(LayerKernels layer) =>
    [
        .. Enumerable.Range(0, layer.Shape.OutC).Select(oc => Enumerable.Range(0, layer.Shape.InC).SelectMany(ic => Algebra.Of(layer.Plane(ic, oc))).ToArray()),
    ];

    private static List<SimilarFilters> NearDuplicates(double[][] filters)
    {
        List<SimilarFilters> pairs = [];
        for (int first = 0; first < filters.Length; first++)
        {
            for (int second = first + 1; second < filters.Length; second++)
            {
                double cosine = Algebra.Cosine(filters[first], filters[second]);
                if (cosine > DuplicateCosine) pairs.Add(new SimilarFilters(first, second, cosine));
            }
        }

        return pairs;
    }
}
