using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Hosting;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class MessageTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSerializer(builder => builder.AddAssembly(typeof(GradientMessage).Assembly))
        .AddDistConvExceptions()
        .BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void JobStatus_round_trip_keeps_every_property()
    {
        var status = new JobStatus
        {
            Job = "tiny",
            State = JobState.Stopped,
            Step = 3,
            TotalSteps = 18,
            Epoch = 2,
            EpochCount = 4,
            StepsPerEpoch = 6,
            Loss = double.NaN,
            Accuracy = 0.25,
            LearningRate = 0.125,
            SamplesPerSecond = 1.5,
            RemainingSeconds = 2.5,
            ElapsedSeconds = 3.5,
            Epochs = [new EpochMetrics(1, 6, 0.1, 0.2, 0.3, 0.4, 0.5, 53, "53:ab", 0.6, 0.7), new EpochMetrics(2, 12, 0.1, 0.2, 0.3, 0.4, 0.5, 53, "53:ab")],
            Message = "why",
            Warnings = ["skipped"],
            MedianStepMilliseconds = 4.5,
            P99StepMilliseconds = 5.5,
            MeanTiming = new StepTiming(1, 2, 3, 4, 5),
            ExchangedBytes = 6,
            RetriedShards = 7,
            WeightsDigest = "sha256:00",
            InitialSnapshot = "a",
            FinalSnapshot = "b",
            Silos =
            [
                new Training.Jobs.SiloStatus("127.0.0.1:1", "host", 8, [0, 1], 2, 1.25)
                {
                    IsCoordinator = true,
                    Build = "1.2.3",
                    Load = new SiloLoad(0.5, 1 << 30),
                    RecentSteps = [new SiloStep(41, 1.5), new SiloStep(42, 1.25)],
                },
            ],
            Kernel = "scalar",
            Threads = 9,
        };

        // None is left at its default, so that a property which is added without its message field fails here.
        var empty = new JobStatus { Job = "", State = JobState.Queued };
        Assert.All(typeof(JobStatus).GetProperties(), property => Assert.NotEqual(property.GetValue(empty), property.GetValue(status)));
        foreach (JobStatus copy in new[] { RoundTrip(status), _services.GetRequiredService<DeepCopier>().Copy(status) })
        {
            Assert.Equivalent(status, copy, strict: true);
            Assert.Equal(status.Epochs, copy.Epochs);
            Assert.Equal(status.MeanTiming, copy.MeanTiming);
        }
    }

    [Fact]
    public void JobDetails_round_trip_keeps_every_property()
    {
        var summary = new JobSummary("job", JobState.Paused, "tiny", "digits", 3, 18, 1, 0.5, DateTimeOffset.UnixEpoch.AddDays(1))
        {
            Labels = new JobLabels { Tags = ["a", "b"], Note = "why" },
        };
        var epoch = new EpochMetrics(1, 3, 0.5, 0.75, 0.25, 0.875, 1.5, 9, "ab", null, null);
        var details = new JobDetails("{}", summary, "why", "/jobs/job", [new SnapshotHead(3, 2, "/jobs/job/snapshots/x")], [epoch]);

        Assert.Equivalent(details, RoundTrip(details), strict: true);
        Assert.Equal(summary with { TestAccuracy = null, UpdatedAt = null }, RoundTrip(summary with { TestAccuracy = null, UpdatedAt = null }));
        Assert.Equal([JobRequest.Cancel], RoundTrip(new[] { JobRequest.Cancel }));
    }

    [Fact]
    public void RecordPage_round_trip_keeps_every_property()
    {
        var page = new RecordPage(new RecordCursor(2, 3, 400), 4, new byte[] { 1, 2, 3 }, new RecordCursor(2, 3, 500));

        foreach (RecordPage copy in new[] { RoundTrip(page), _services.GetRequiredService<DeepCopier>().Copy(page) })
        {
            Assert.Equal((page.First, page.Layers, page.Next), (copy.First, copy.Layers, copy.Next));
            Assert.Equal(page.Rows.ToArray(), copy.Rows.ToArray());
        }
    }

    [Fact]
    public void StepMeasures_round_trip_keeps_every_property()
    {
        var measures = new StepMeasures(DateTimeOffset.UnixEpoch, 1.5, new StepTiming(1, 2, 3, 4, 5), 6, new[] { 0.5f, float.NaN });

        StepMeasures copy = Assert.Single(RoundTrip(new[] { measures }));

        Assert.Equal(measures with { Norms = default }, copy with { Norms = default });
        Assert.Equal(measures.Norms.ToArray(), copy.Norms.ToArray());
    }

    [Fact]
    public void EvaluationShare_round_trip_keeps_every_property()
    {
        var plain = new EvaluationShare(new EvaluationPart(300, [0.5, 1.25], 17), Validation: null);
        var both = plain with { Validation = new EvaluationPart(256, [double.NaN], 8) };
        var scored = new EvaluationShare(plain.Test with { Units = 2, Scores = [1f, -0f], Positives = [0, 1], ChunkErrors = [0.25, 3] }, null);

        Assert.Equivalent(scored, RoundTrip(scored), strict: true);
        Assert.Equivalent(plain, RoundTrip(plain), strict: true);
        Assert.Equivalent(both, RoundTrip(both), strict: true);
    }

    [Fact]
    public void StateMessage_round_trip_keeps_every_bit()
    {
        float[] values = [1f, -0f, float.Epsilon, float.NaN];
        var state = new StateMessage(
            3,
            1,
            new Dictionary<string, double> { ["beta1Power"] = 0.1 },
            [1, 2],
            [new TensorMessage("conv1/kernel", SnapshotTensor.Weight, [2, 2], new FloatBlock(values))]);

        StateMessage copy = RoundTrip(state);

        Assert.Equal((3, 1, 0.1), (copy.Step, copy.NumericsVersion, copy.OptimizerScalars["beta1Power"]));
        Assert.Equal(state.LayerHashes, copy.LayerHashes);
        TensorMessage tensor = Assert.Single(copy.Tensors);
        Assert.Equal(("conv1/kernel", SnapshotTensor.Weight), (tensor.Name, tensor.Role));
        Assert.Equal([2, 2], tensor.Shape);
        Assert.Equal(values.Select(BitConverter.SingleToUInt32Bits), tensor.Values.Values.ToArray().Select(BitConverter.SingleToUInt32Bits));
        Assert.Same(state, _services.GetRequiredService<DeepCopier>().Copy(state));
    }

    [Theory]
    [InlineData(typeof(InvalidInputException))]
    [InlineData(typeof(FencedException))]
    [InlineData(typeof(NonFiniteGradientException))]
    [InlineData(typeof(IOException))]
    public void Exception_round_trip_keeps_type_and_message(Type type)
    {
        var thrown = (Exception)Activator.CreateInstance(type, "one line")!;

        Exception copy = RoundTrip(thrown);

        Assert.IsType(type, copy);
        Assert.Equal("one line", copy.Message);
    }

    private T RoundTrip<T>(T value)
        where T : class
    {
        Serializer serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value)) ?? throw new InvalidDataException("null");
    }
}
