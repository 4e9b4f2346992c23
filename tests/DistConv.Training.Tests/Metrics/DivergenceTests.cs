using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Loop;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Metrics;

/// <summary>Whether training has diverged. Four classes: guessing has a loss of 1.386.</summary>
public sealed class DivergenceTests : IDisposable
{
    private static readonly OptimizerSpec _adam = OptimizerSettings.Default("adam"), _sgd = OptimizerSettings.Default("sgd");

    private readonly TemporaryFolder _folder = new();

    /// <summary>The optimizers of the golden trainings, with enough steps to see them learn.</summary>
    public static TheoryData<string> Golden => ["sgd", "momentum", "nesterov", "adadelta", "adam", "adamw", "rmsprop", "decay", "clipped"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task RunAsync_goldenTrainings_raiseNoAlarmInAnyEpoch(string name)
    {
        OptimizerSpec optimizer = name switch
        {
            "sgd" => TinyJobs.Sgd,
            "momentum" => TinyJobs.Momentum,
            "nesterov" => TinyJobs.Nesterov,
            "adadelta" => TinyJobs.Adadelta,
            "adam" or "clipped" => TinyJobs.Adam,
            "adamw" => TinyJobs.AdamW,
            "rmsprop" => TinyJobs.RmsProp,
            "decay" => TinyJobs.Decay,
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
        JobSpec spec = TinyJobs.Spec(optimizer: optimizer, steps: 80);
        if (name == "clipped") spec = spec.Clipped();

        JobStatus status = await LoopRuns.RunAsync(Job(spec), new RunOptions());

        for (int count = 0; count <= status.Epochs.Count; count++) Assert.Null(Divergence.Describe(spec, [.. status.Epochs.Take(count)]));
        Assert.Empty(status.Warnings);
        Assert.Equal(EarlyStopping.Best(status.Epochs), EarlyStopping.Best(spec, status.Epochs));
    }

    [Theory]
    [InlineData("adam", 50f, "adam's default is 0.001")]
    [InlineData("adam", 1f, "adam's default is 0.001")]
    [InlineData("rmsprop", 1f, "rmsprop's default is 0.001")]
    [InlineData("adadelta", 1_000f, "adadelta's default is 1")]
    public async Task RunAsync_rateFarTooHigh_saysSoInStatusAndStore_andNoEpochIsTheBest(string optimizer, float rate, string cause)
    {
        JobSpec spec = TinyJobs.Spec(optimizer: OptimizerSettings.Default(optimizer) with { LearningRate = rate }, steps: 44);
        JobFolder job = Job(spec);

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions());

        string line = Assert.Single(status.Warnings);
        Assert.StartsWith("training has diverged: after epoch ", line);
        Assert.Contains($"no better than guessing (1.386). The learning rate {rate} is probably too high: {cause}", line);
        Assert.Equal((JobState.Done, line), (status.State, job.ReadStatus()!.Message));
        Assert.Equal(line, Divergence.Describe(spec, status.Epochs));
        Assert.Null(EarlyStopping.Best(spec, status.Epochs));
    }

    [Fact]
    public async Task RunAsync_stoppedAndResumed_warnsTheSame()
    {
        JobSpec spec = TinyJobs.Spec(optimizer: _adam with { LearningRate = 50 }, steps: 44);
        JobStatus whole = await LoopRuns.RunAsync(new JobStore(_folder.Root).Create("whole", spec), new RunOptions());
        JobFolder job = Job(spec);
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 25));

        Assert.Equal(whole.Warnings, (await LoopRuns.RunAsync(job, new RunOptions(StopAt: 26))).Warnings);
    }

    [Fact]
    public void Describe_lossThatRoseFarAboveGuessing_isTheSameLineAsLongAsItLasts()
    {
        JobSpec spec = Spec(_adam with { LearningRate = 50 });
        EpochMetrics[] epochs = [Epoch(1, 1.95e13, 641.3), Epoch(2, 382, 163), Epoch(3, 114, 39.8)];

        Assert.Equal(
            "training has diverged: after epoch 1 the training loss is 2.0E+13 and the held-out loss 641.300, no better than guessing (1.386). "
            + "The learning rate 50 is probably too high: adam's default is 0.001. Start a new job with a lower one",
            Divergence.Describe(spec, epochs));
        Assert.Equal(Divergence.Describe(spec, epochs[..1]), Divergence.Describe(spec, epochs));
        Assert.Null(Divergence.Describe(spec, [.. epochs, Epoch(4, 1.3, 1.2)])); // It has recovered.
    }

    [Fact]
    public void Describe_networkThatForgetsWhatItHadLearned_saysSoAtTheUsualRate()
    {
        EpochMetrics[] epochs = [Epoch(1, 0.9, 0.6), Epoch(2, 1.5, 1.4)];

        Assert.EndsWith(
            "The learning rate 0.001 is probably too high for this model and data. "
            + "Start a new job with a tenth of it, a warm-up, or a limit on the gradient's norm",
            Divergence.Describe(Spec(_adam), epochs));
    }

    [Fact]
    public void Describe_guessingAtAHighRate_afterTwoEpochsOrAHundredSteps()
    {
        JobSpec high = Spec(_sgd with { LearningRate = 0.1f }), usual = Spec(_sgd with { LearningRate = 0.09f });
        EpochMetrics first = Epoch(1, 1.39, 1.387), second = Epoch(2, 1.388, 1.39);

        Assert.Null(Divergence.Describe(high, [first]));
        Assert.Null(Divergence.Describe(usual, [first, second]));
        Assert.NotNull(Divergence.Describe(high, [first, second]));
        Assert.NotNull(Divergence.Describe(high, [first with { Step = 100 }]));
    }

    [Fact]
    public void Describe_noSignOfDivergence_isNull()
    {
        JobSpec high = Spec(_adam with { LearningRate = 1 });

        Assert.Null(Divergence.Describe(high, []));
        Assert.Null(Divergence.Describe(high, [Epoch(1, 0.2, 3), Epoch(2, 0.01, 9)])); // Overfitting.
        Assert.Null(Divergence.Describe(high, [Epoch(1, 5, 1.3)])); // A bad beginning from which it learns.
        Assert.Null(Divergence.Describe(Spec(_adam), [Epoch(1, 9, 8) with { Step = 4 }])); // Weights from elsewhere.
        Assert.Null(Divergence.Describe(Spec(_adam), [Epoch(1, 1.37, 1.36), Epoch(2, 1.387, 1.387)])); // Slow to start.
    }

    [Fact]
    public void Best_validationLoss_mustBeLowerThanThatOfGuessing()
    {
        JobSpec spec = Spec(_adam) with { ValidationSamples = 5 };
        EpochMetrics guesses = Epoch(1, 1, 1) with { ValidationLoss = 1.39 }, learned = Epoch(2, 1, 2) with { ValidationLoss = 1.38 };

        Assert.Null(EarlyStopping.Best(spec, []));
        Assert.Null(EarlyStopping.Best(spec, [guesses]));
        Assert.Equal(learned, EarlyStopping.Best(spec, [guesses, learned]));
    }

    private static JobSpec Spec(OptimizerSpec optimizer) => TinyJobs.Spec(optimizer: optimizer);

    private static EpochMetrics Epoch(int number, double train, double test) => new(number, 11 * number, train, 0.25, test, 0.25, 1, 1003, "");

    private JobFolder Job(JobSpec spec) => new JobStore(_folder.Root).Create("job", spec);
}
