using DistConv.Core.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

public sealed class KernelSetsTests
{
    [Fact]
    public void Supported_onEveryProcessor_beginsWithScalarInTheOrderOfNames()
    {
        string[] names = [.. KernelSets.Supported.Select(set => set.Name)];
        Assert.Equal("scalar", names[0]);
        Assert.Equal(KernelSets.Names.Where(names.Contains), names);
        Assert.Equal([.. KernelSets.Supported.Select(set => set.Lanes).Order()], KernelSets.Supported.Select(set => set.Lanes));
    }

    [Fact]
    public void Select_everySupportedName_givesThatSet()
    {
        foreach (KernelSet set in KernelSets.Supported) Assert.Same(set, KernelSets.Select(set.Name));
    }

    [Fact]
    public void Select_withoutName_givesTheForcedOrTheFastest()
    {
        string? forced = Environment.GetEnvironmentVariable(KernelSets.EnvironmentVariable);
        Assert.Same(string.IsNullOrEmpty(forced) ? KernelSets.Supported[^1] : KernelSets.Select(forced), KernelSets.Select());
    }

    [Theory]
    [InlineData("AVX2")]
    [InlineData("neon")]
    [InlineData(" scalar")]
    public void Select_unknownName_saysSoInOneLineWithTheChoices(string name)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => KernelSets.Select(name));
        Assert.Equal(
            $"kernel set '{name}' (DISTCONV_KERNEL) is unknown; choose one of: {string.Join(", ", KernelSets.Supported.Select(set => set.Name))}", e.Message);
    }

    [Fact]
    public void Select_nameThatThisProcessorLacks_saysSoInOneLineWithTheChoices()
    {
        KernelSet[] scalarOnly = [KernelSets.Supported[0]];
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => KernelSets.Select("avx512", scalarOnly));
        Assert.Contains("is not supported by this processor; choose one of: scalar", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
