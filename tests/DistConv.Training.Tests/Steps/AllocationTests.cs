using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Measured in processes of their own, where nothing else allocates.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData("allocations trainer")]
    [InlineData("allocations normed")]
    [InlineData("allocations augmented")]
    [InlineData("allocations varied")]
    public async Task Step_afterWarmUp_allocatesNothing(string command) => Assert.Equal("0", (await LegProcess.RunAsync(command))["bytes"]);

    /// <summary>The one object of a step is the status that progress displays read.</summary>
    [Fact]
    public async Task AdvanceAsync_afterWarmUp_allocatesTheStatusOnly()
    {
        long bytes = long.Parse((await LegProcess.RunAsync("allocations loop"))["bytes"]);

        Assert.InRange(bytes / 20.0, 0, 512);
    }
}
