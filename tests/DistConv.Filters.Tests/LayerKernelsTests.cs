using DistConv.Core.Models;
using DistConv.Filters.Kernels;
using Xunit;

namespace DistConv.Filters.Tests;

public sealed class LayerKernelsTests
{
    [Fact]
    public void Initial_builtInModel_hasItsLayersWithinTheirLimits()
    {
        IReadOnlyList<LayerKernels> layers = LayerKernels.Initial(ModelSpec.Load("keras1-mnist-cnn"), 1);

        Assert.Equal(2, layers.Count);
        Assert.Equal(3 * 3 * 32, layers[0].Values.Length);
        Assert.Equal(3 * 3 * 32 * 32, layers[1].Values.Length);

        // glorot_uniform: L = √(6 / (9 + 288)).
        Assert.InRange(layers[0].LargestMagnitude(), 0.13, 0.14214);
        Assert.Equal(layers[1].At(2, 0, 5, 31), layers[1].Plane(5, 31)[6]);
    }
}
