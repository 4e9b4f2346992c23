using System.Text.Json;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using Xunit;

namespace DistConv.Training.Tests.Specification;

/// <summary>Settings that came later are not written when they are not used: older specifications keep their text, and with it their identity.</summary>
public class JobSpecJsonTests
{
    /// <summary>As the first release wrote it.</summary>
    private const string Old =
        """{"modelName":"m","modelJson":"{}","data":"digits","dataFingerprint":"f","samples":10,"totalSteps":5,"globalBatch":4,"shards":2"""
        + ""","seed":1,"optimizer":{"name":"adam","learningRate":0.001,"momentum":0,"nesterov":false,"rho":0,"beta1":0.9,"beta2":0.999"""
        + ""","epsilon":1E-07},"numericsVersion":1}""";

    [Fact]
    public void ParseSpec_ofTheFirstRelease_isWrittenTheSameAgain() => Assert.Equal(Old, JobJson.Canonical(JobJson.ParseSpec(Old)));

    [Fact]
    public void Canonical_everySetting_comesBack()
    {
        JobSpec spec = SnapshotSamples.Spec with
        {
            Optimizer = OptimizerSettings.Default("adamw"),
            Schedule = new ScheduleSpec("step", EveryEpochs: 2, Factor: 0.1, WarmupSteps: 3),
            ClipNorm = 0.1f,
            LabelSmoothing = 0.1f,
            ClassWeights = [0.5f, 1f, 2.5f],
            ValidationSamples = 100,
            EarlyStopPatience = 3,
        };

        string json = JobJson.Canonical(spec);

        Assert.Equal(spec, JobJson.ParseSpec(json));
        Assert.Equal([0.5f, 1f, 2.5f], JobJson.ParseSpec(json).ClassWeights!);
        Assert.NotEqual(spec, spec with { ClassWeights = [0.5f, 1f, 2f] });
        Assert.Contains("\"labelSmoothing\":0.1,\"classWeights\":[0.5,1,2.5],", json, StringComparison.Ordinal);
        Assert.Contains("""
            "weightDecay":0.004},"schedule":{"name":"step","everyEpochs":2,"factor":0.1,"warmupSteps":3},"clipNorm":0.1,"earlyStopPatience":3,
            """, json, StringComparison.Ordinal);
    }

    [Fact]
    public void ParseSpec_unknownSetting_isRefused() =>
        Assert.Throws<JsonException>(() => JobJson.ParseSpec(Old.Replace("\"seed\":1", "\"seed\":1,\"mixup\":0.2", StringComparison.Ordinal)));

    [Fact]
    public void Differences_settingThatOneSideLacks_isNamed()
    {
        JobSpec without = JobJson.ParseSpec(Old), with = without with { ClipNorm = 1 };

        Assert.Equal("clipNorm is null there and 1 here", JobJson.Differences(without, with));
        Assert.Equal("clipNorm is 1 there and null here", JobJson.Differences(with, without));
        Assert.Equal("", JobJson.Differences(with, with));
    }
}
