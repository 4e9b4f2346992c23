using DistConv.Core;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Specification;

/// <summary>Checks of frozen layers and learning rates by layer, as they stand where a specification arrives from elsewhere.</summary>
public sealed class LayerSettingsTests
{
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { """ "freezeUntilEpoch":2 """, "frozenLayers", "is missing; freezeUntilEpoch needs the layers that are frozen until then" },
        { """ "frozenLayers":["conv1"] """, "freezeUntilEpoch", "is missing; frozenLayers needs the epoch from which they are trained" },
        { """ "freezeUntilEpoch":1,"frozenLayers":["conv1"] """, "freezeUntilEpoch", "is 1; give 2 to 1000000" },
        { """ "freezeUntilEpoch":2,"frozenLayers":["conv9"] """, "frozenLayers", "has 'conv9', which is no layer of the model that has tensors to freeze" },
        { """ "freezeUntilEpoch":2,"frozenLayers":[null] """, "frozenLayers", "has '', which is no layer" },
        { """ "freezeUntilEpoch":2,"frozenLayers":["flatten1"] """, "frozenLayers", "has 'flatten1', which is no layer" },
        { """ "freezeUntilEpoch":2,"frozenLayers":["conv1","conv1"] """, "frozenLayers", "has a layer twice; name each once" },
        { """ "freezeUntilEpoch":2,"frozenLayers":["conv1","conv2","dense1","dense2"] """, "frozenLayers", "has every layer with weights" },
        { """ "layerRates":[] """, "layerRates", "has no layer; leave it out" },
        { """ "layerRates":[null] """, "layerRates", "has '', which is no layer" },
        { """ "layerRates":[{"layer":"conv1","factor":0}] """, "layerRates",
            "has the factor 0 for 'conv1'; give a number above 0 and at most 1000, or freeze the layer" },
        { """ "layerRates":[{"layer":"conv1","factor":"NaN"}] """, "layerRates", "has the factor NaN for 'conv1'; give a number above 0 and at most 1000" },
        { """ "layerRates":[{"layer":"conv1","factor":1001}] """, "layerRates", "has the factor 1001 for 'conv1'" },
        { """ "layerRates":[{"layer":"pool","factor":2}] """, "layerRates", "has 'pool', which is no layer of the model that has weights that are trained" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void FindProblems_settingsOfLayersThatAreWrong_areNamed(string json, string setting, string problem)
    {
        JobSpec spec = JobSpec.Parse(TinyJobs.Spec(TinyJobs.Plain).ToJson().Insert(1, json.Trim() + ","));

        SettingProblem found = Assert.Single(JobSpecCheck.FindProblems(spec));

        Assert.Equal(setting, found.Setting);
        Assert.StartsWith(problem, found.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void FindProblems_moreLayersThanTheModelHas_isRefusedBeforeTheyAreLookedAt()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Plain) with { FreezeUntilEpoch = 2, FrozenLayers = [.. Enumerable.Repeat("conv1", 100_000)] };

        Assert.Equal("has 100000 layers, but the model has 6", Assert.Single(JobSpecCheck.FindProblems(spec)).Problem);
    }

    [Fact]
    public void ToJson_settingsOfLayers_areReadBackAndLeftOutByDefault()
    {
        JobSpec plain = TinyJobs.Spec(TinyJobs.Plain);
        JobSpec spec = plain with { FreezeUntilEpoch = 3, FrozenLayers = ["conv1"], LayerRates = [new LayerRate { Layer = "conv2", Factor = 0.1f }] };

        Assert.Equal(spec, JobSpec.Parse(spec.ToJson()));
        Assert.DoesNotContain("frozen", plain.ToJson(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("layerRates", plain.ToJson(), StringComparison.Ordinal);
    }
}
