using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Specification;

/// <summary>A whole specification is checked from its numbers alone, and every mistake of it is named at once.</summary>
public sealed class JobSpecCheckTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("distconv-check-").FullName;

    public static TheoryData<string, string> Mistakes => new()
    {
        { "modelName", "is missing; give 1 to 64 characters" },
        { "modelJson", "is no valid model: tiny: " },
        { "modelJson null", "is missing; give the model's canonical JSON" },
        { "data path", "is 'idx:/etc', which is a path or has other characters than a name; name a data set" },
        { "data long", "has 1025 characters; give 1 to 1024" },
        { "dataFingerprint", "is missing; give 1 to 256 characters" },
        { "dataFingerprint control", "has control characters; leave them out" },
        { "classNames", "has 2 names, but the model has 4 classes; give 4, one a line" },
        { "samples", "is 2000000000; give 1 to 100000000" },
        { "validationSamples", "is -1; give 0 to 99998997" },
        { "validationSamples large", "is 99998998; give 0 to 99998997" },
        { "totalSteps 0", "is 0; give 1 to 999999999" },
        { "totalSteps -7", "is -7; give 1 to 999999999" },
        { "totalSteps 2^63-1", "is 9223372036854775807; give 1 to 999999999" },
        { "globalBatch", "is 1000001; give 1 to 1000000" },
        { "shards", "is 200000000; give 1 to 65536" },
        { "initialWeights", "is no digest; give 'sha256:' and 64 hexadecimal digits in lower case" },
        { "optimizer", "is missing" },
        { "optimizer.epsilon", "is 0; give a number above 0" },
        { "optimizer.name", "is '', which is unknown; choose one of: " },
        { "schedule.warmupSteps", "is -1, but the job has 25 steps; give 0 to 24" },
        { "clipNorm", "is NaN; give a number above 0" },
        { "earlyStopPatience", "is 0; give 1 to 1000000" },
        { "numericsVersion", "is 0; this build computes with 1" },
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Create_mistake_isNamedAndLeavesNoFolder(string mistake, string expected)
    {
        JobStore store = new(_root);

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => store.Create("job", Mistake(mistake)));

        SettingProblem problem = Assert.Single(e.Problems);
        Assert.Equal(mistake.Split(' ')[0], problem.Setting);
        Assert.StartsWith(expected, problem.Problem, StringComparison.Ordinal);
        Assert.Equal($"{problem.Setting} {problem.Problem}", e.Message);
        Assert.DoesNotContain('\n', e.Message);
        Assert.False(Directory.Exists(Path.Combine(_root, "job")));
    }

    [Fact]
    public void FindProblems_manyMistakes_listsAllOfThem()
    {
        JobSpec spec = TinyJobs.Spec() with
        {
            Samples = 0,
            GlobalBatch = -1,
            Shards = 0,
            TotalSteps = 0,
            ClipNorm = -1,
            EarlyStopPatience = -1,
            Data = "..",
            DataFingerprint = "",
            Optimizer = OptimizerSettings.Default("adam") with { LearningRate = 0, Epsilon = 0 },
            Schedule = new ScheduleSpec("step"),
        };

        Assert.Equal(
            ["data", "dataFingerprint", "samples", "globalBatch", "shards", "totalSteps", "optimizer.learningRate", "optimizer.epsilon",
                "schedule.everyEpochs", "schedule.factor", "clipNorm", "earlyStopPatience"],
            JobSpecCheck.FindProblems(spec).Select(problem => problem.Setting));
    }

    [Fact]
    public void FindProblems_largestNumbers_areChecked_withoutAllocatingWhatTheyAskFor()
    {
        JobSpec spec = TinyJobs.Spec() with { Samples = 2_000_000_000, GlobalBatch = 2_000_000_000, Shards = 200_000_000 };
        JobSpecCheck.FindProblems(spec);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(["samples", "globalBatch", "shards"], JobSpecCheck.FindProblems(spec).Select(problem => problem.Setting));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void FindProblemsOfNewJob_otherNumericsVersion_isOne()
    {
        JobSpec spec = TinyJobs.Spec() with { NumericsVersion = 99 };

        Assert.Empty(JobSpecCheck.FindProblems(spec));
        Assert.Equal(["numericsVersion is 99, but this build computes with 1; use one build of DistConv"], JobSpecCheck.FindProblemsOfNewJob(spec)
            .Select(problem => $"{problem}"));
        Assert.Empty(JobSpecCheck.FindProblemsOfNewJob(TinyJobs.Spec()));
    }

    [Theory]
    [InlineData(null, null, 5.0, "")]
    [InlineData(25L, 1L, 0.0, "")]
    [InlineData(26L, null, 5.0, "stopAt is 26, but the job has 25 steps; give 1 to 25")]
    [InlineData(-1L, 0L, double.NaN,
        "stopAt is -1; give 0 to 999999999; snapshotEverySteps is 0; give 1 to 999999999; snapshotSeconds is NaN; give 0 to 31622400")]
    [InlineData(null, null, double.PositiveInfinity, "snapshotSeconds is Infinity; give 0 to 31622400")]
    public void FindProblems_runOptions_areInRange(long? stopAt, long? every, double seconds, string expected) =>
        Assert.Equal(expected, string.Join("; ", new RunOptions(stopAt, every, seconds).FindProblems(25)));

    [Theory]
    [InlineData("digits", true)]
    [InlineData("fashion-mnist", true)]
    [InlineData("idx", true)]
    [InlineData("images/flowers?size=32x32&color=rgb&fit=stretch&test=0.2&seed=0&unreadable=refuse", true)]
    [InlineData("images/my%20parts%20%28new%29?test=1E-05", true)]
    [InlineData("images/?size=1x1", true)]
    [InlineData("idx:/etc", false)]
    [InlineData("idx:etc", false)]
    [InlineData("images:..", false)]
    [InlineData("images:C:\\pictures", false)]
    [InlineData("/etc", false)]
    [InlineData("../data", false)]
    [InlineData("..", false)]
    [InlineData("images/..", false)]
    [InlineData("images/%2e%2e?size=1x1", false)]
    [InlineData("images/%2e%2e%2fetc", false)]
    [InlineData("images/a%5c..", false)]
    [InlineData("images/%2fetc", false)]
    [InlineData("images/a/b", false)]
    [InlineData("images/a%00b", false)]
    [InlineData("digits\n", false)]
    [InlineData("", false)]
    public void IsName_pathsOfAnyKind_areNone(string name, bool isName) => Assert.Equal(isName, DataNames.IsName(name));

    private static JobSpec Mistake(string mistake)
    {
        JobSpec spec = TinyJobs.Spec();
        return mistake switch
        {
            "modelName" => spec with { ModelName = "" },
            "modelJson" => spec with { ModelJson = "{}" },
            "modelJson null" => spec with { ModelJson = null! },
            "data path" => spec with { Data = "idx:/etc" },
            "data long" => spec with { Data = new string('a', 1025) },
            "dataFingerprint" => spec with { DataFingerprint = null! },
            "dataFingerprint control" => spec with { DataFingerprint = "a\nb" },
            "classNames" => spec with { ClassNames = "a\nb" },
            "samples" => spec with { Samples = 2_000_000_000 },
            "validationSamples" => spec with { ValidationSamples = -1 },
            "validationSamples large" => spec with { ValidationSamples = 99_998_998 },
            "totalSteps 0" => spec with { TotalSteps = 0 },
            "totalSteps -7" => spec with { TotalSteps = -7 },
            "totalSteps 2^63-1" => spec with { TotalSteps = long.MaxValue },
            "globalBatch" => spec with { GlobalBatch = 1_000_001 },
            "shards" => spec with { Shards = 200_000_000 },
            "initialWeights" => spec with { InitialWeights = "sha256:12" },
            "optimizer" => spec with { Optimizer = null! },
            "optimizer.epsilon" => spec with { Optimizer = TinyJobs.Adam with { Epsilon = 0 } },
            "optimizer.name" => spec with { Optimizer = TinyJobs.Adam with { Name = null! } },
            "schedule.warmupSteps" => spec with { Schedule = new ScheduleSpec("constant", WarmupSteps: -1) },
            "clipNorm" => spec with { ClipNorm = float.NaN },
            "earlyStopPatience" => spec with { EarlyStopPatience = 0 },
            "numericsVersion" => spec with { NumericsVersion = 0 },
            _ => throw new ArgumentException(mistake),
        };
    }
}
