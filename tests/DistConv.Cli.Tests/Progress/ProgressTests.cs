using DistConv.Cli.Progress;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Cli.Tests.Progress;

public sealed class ProgressTests
{
    private static readonly JobFigures OfClasses =
        new() { Loss = "mean cross-entropy, nats", Accuracy = JobFigures.ClassAccuracy, HasAuc = false, HasMeanAbsoluteError = false };

    private static readonly JobFigures OfNumbers = OfClasses with { Loss = "mean squared error", Accuracy = null, HasMeanAbsoluteError = true };

    private static readonly ShardPlan Plan = new(1000, 10, 2);

    private static readonly string Proof = CoverageProof.Expected(1000).ToString();

    [Fact]
    public void Step_runningJob_isOneLine()
    {
        JobStatus status =
            Running(step: 589) with { TotalSteps = 938, StepsPerEpoch = 469, Epoch = 2, EpochCount = 2, SamplesPerSecond = 4120.4, RemainingSeconds = 13.2 };
        Assert.Equal("epoch 2/2  step 120/469  loss 0.2301  accuracy 93.1 %  4,120 samples/s  0:14 left", ProgressText.Step(status, OfClasses));
    }

    [Fact]
    public void Step_jobThatEndsWithinTheEpoch_countsToItsEnd() =>
        Assert.StartsWith(
            "epoch 1/1  step 3/20  ", ProgressText.Step(Running(step: 3) with { TotalSteps = 20, EpochCount = 1 }, OfClasses), StringComparison.Ordinal);

    [Fact]
    public void Step_unknownSpeed_isLeftOut() =>
        Assert.Equal("epoch 1/2  step 3/100  loss 0.2301  accuracy 93.1 %", ProgressText.Step(Running(step: 3) with { SamplesPerSecond = 0 }, OfClasses));

    [Fact]
    public void Step_numbers_haveNoAccuracy() =>
        Assert.Equal("epoch 1/2  step 3/100  loss 0.2301", ProgressText.Step(Running(step: 3) with { SamplesPerSecond = 0 }, OfNumbers));

    [Fact]
    public void Epoch_numbers_haveTheirErrorAndNoAccuracy()
    {
        EpochMetrics epoch = Epoch(1, 100, 1000, Proof) with { TestMeanAbsoluteError = 0.2101, ValidationLoss = 0.08, ValidationAccuracy = 0 };
        Assert.Equal(
            "epoch 1/2 ends  held-out loss 0.0712  mean absolute error 0.2101  validation 0.0800  (training 0.2301)  0:16",
            ProgressText.Epoch(epoch, 2, OfNumbers));
    }

    [Fact]
    public void Report_withoutTerminal_isALineASecond()
    {
        RecordingOutput output = new();
        ManualTime time = new();
        ProgressReporter reporter = new(output, time);
        reporter.Begin(Plan, OfClasses, 0);
        for (int step = 0; step < 10; step++)
        {
            reporter.Report(Running(step));
            time.Advance(TimeSpan.FromMilliseconds(300));
        }

        Assert.Equal(["step 1/100", "step 5/100", "step 9/100"], output.Said.Select(line => line.Split("  ")[1]));
        Assert.Empty(output.Lived);
    }

    [Fact]
    public void Report_longRunWithoutTerminal_staysReadable()
    {
        RecordingOutput output = new();
        ManualTime time = new();
        ProgressReporter reporter = new(output, time);
        reporter.Begin(Plan, OfClasses, 0);
        for (int second = 0; second < 3 * 3600; second++)
        {
            reporter.Report(Running((second % 98) + 1));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(output.Said.Count, 60 + 353 + 119, 60 + 355 + 121);
    }

    [Fact]
    public void Report_inATerminal_redrawsUntilTheEnd()
    {
        RecordingOutput output = new() { IsLive = true };
        ProgressReporter reporter = new(output, new ManualTime());
        reporter.Begin(Plan, OfClasses, 0);
        for (int step = 1; step < 4; step++) reporter.Report(Running(step));
        Assert.Equal(3, output.Lived.Count);
        Assert.Empty(output.LiveEnds);
        reporter.Report(Running(4) with { State = JobState.Stopped });
        Assert.Equal([true], output.LiveEnds);
        Assert.Contains("stopped", output.Lived[^1][0], StringComparison.Ordinal);
        Assert.Empty(output.Said);
    }

    [Fact]
    public void Report_epochs_areShownOnceWithTheirProof()
    {
        RecordingOutput output = new();
        ProgressReporter reporter = new(output, new ManualTime());
        reporter.Begin(Plan, OfClasses, epochsShown: 1);
        JobStatus status = Running(200) with { State = JobState.Done, Epochs = [Epoch(1, 100, 1000, Proof), Epoch(2, 200, 1000, Proof)] };
        reporter.Report(status);
        reporter.Report(status);
        Assert.Equal(
            ["epoch 2/2 ends  held-out loss 0.0712  accuracy 97.81 %  (training 0.2301, 93.1 %)  0:16",
                $"  every one of 1,000 samples used exactly once (proof {Proof})"],
            output.Said);
        Assert.Empty(output.Warned);
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1000)]
    public void Report_wrongProof_warns(int samplesUsed)
    {
        RecordingOutput output = new();
        ProgressReporter reporter = new(output, new ManualTime());
        reporter.Begin(Plan, OfClasses, 0);
        reporter.Report(Running(100) with { Epochs = [Epoch(1, 100, samplesUsed, CoverageProof.Expected(999).ToString())] });
        Assert.Contains("epoch 1 did not use every sample exactly once", Assert.Single(output.Warned), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_jobEndsWithinAnEpoch_saysSo()
    {
        RecordingOutput output = new();
        ProgressReporter reporter = new(output, new ManualTime());
        reporter.Begin(Plan, OfClasses, 0);
        reporter.Report(Running(20) with { State = JobState.Done, Epochs = [Epoch(1, 20, 200, "200:00")] });
        Assert.Equal("  the job ends within this epoch, after 200 of its 1,000 samples", output.Said[^1]);
        Assert.Empty(output.Warned);
    }

    [Fact]
    public void Report_warnings_areShownOnce()
    {
        RecordingOutput output = new();
        ProgressReporter reporter = new(output, new ManualTime());
        reporter.Begin(Plan, OfClasses, 0);
        reporter.Warn(["step 3 is skipped"]);
        reporter.Report(Running(5) with { Warnings = ["step 3 is skipped"] });
        Assert.Single(output.Warned);
    }

    private static JobStatus Running(long step) => new()
    {
        Job = "j",
        State = JobState.Running,
        Step = step,
        TotalSteps = 200,
        Epoch = 1,
        EpochCount = 2,
        StepsPerEpoch = 100,
        Loss = 0.23011,
        Accuracy = 0.931,
        SamplesPerSecond = 100,
        RemainingSeconds = 5,
    };

    private static EpochMetrics Epoch(int number, long step, int samples, string proof) =>
        new(number, step, 0.23011, 0.931, 0.0712, 0.97814, 15.4, samples, proof);
}
