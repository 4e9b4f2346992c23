using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Networks;
using DistConv.Core.Shapes;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Two classes, several labels and numbers: steps, and what their evaluation measures.</summary>
public class TargetStepTests
{
    public static TheoryData<string, string, string?> Tasks => new()
    {
        { "two", """{"type": "dense", "units": 1, "activation": "sigmoid"}""", null },
        { "two", """{"type": "dense", "units": 2, "activation": "softmax"}""", null },
        { "several", """{"type": "dense", "units": 3, "activation": "sigmoid"}""", null },
        { "several", """{"type": "dense", "units": 3}""", "mean_absolute_error" },
        { "numbers", """{"type": "dense", "units": 2}""", null },
        { "numbers", """{"type": "dense", "units": 2}""", "mean_absolute_error" },
    };

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Step_ofATask_hasTheSameBitsOnAnyMachineAndLearns(string task, string end, string? loss)
    {
        JobSpec spec = Spec(task, end, loss);
        DataSource data = Data(task, spec.Samples, 80);
        string? expected = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                using var pool = new ComputePool(threads);
                using var trainer = new LocalTrainer(spec, data, pool, kernels);
                double first = trainer.Step().Totals.LossSum / 30, last = 0;
                for (int step = 1; step < 60; step++)
                {
                    StepTotals totals = trainer.Step().Totals;
                    last = totals.LossSum / totals.Samples;
                }

                Assert.True(last < 0.8 * first, $"{first} became {last}");
                Assert.Equal(expected ??= trainer.Digest(), trainer.Digest());
            }
        }
    }

    /// <summary>Targets of both samples count: on any machine the same bits, and the network still learns.</summary>
    [Theory]
    [MemberData(nameof(Tasks))]
    public void Step_ofATaskMixed_hasTheSameBitsOnAnyMachine(string task, string end, string? loss)
    {
        JobSpec spec = Spec(task, end, loss) with { Augmentation = [new("shift", 0.1), new("mixup", 0.4), new("cutmix", 1)] };
        DataSource data = Data(task, spec.Samples, 80);
        string? expected = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                using var pool = new ComputePool(threads);
                using var trainer = new LocalTrainer(spec, data, pool, kernels);
                for (int step = 0; step < 7; step++) Assert.True(double.IsFinite(trainer.Step().Totals.LossSum));
                Assert.Equal(expected ??= trainer.Digest(), trainer.Digest());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Evaluate_ofATask_equalsTheDefinitionInAnyNumberOfShares(string task, string end, string? loss)
    {
        JobSpec spec = Spec(task, end, loss);
        DataSource data = Data(task, spec.Samples, 700); // Three chunks, the last one shorter.
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);
        for (int step = 0; step < 20; step++) trainer.Step();
        EvaluationResult result = await trainer.Replica.EvaluateAsync();
        List<EvaluationShare> shares = [];
        for (int share = 0; share < 3; share++) shares.Add(await trainer.Replica.EvaluateAsync(share, 3));
        Assert.Equivalent(result, EvaluationResult.Of(shares), strict: true);

        float[][] outputs = Outputs(trainer, data.Test);
        bool isOfNumbers = spec.Plan().OutputKind == Core.Layers.OutputKind.Values;
        Assert.Equal(isOfNumbers, result.MeanAbsoluteError is not null);
        if (isOfNumbers) Assert.Equal(Error(data.Test, outputs, null), result.MeanAbsoluteError!.Value, 1e-5);
        Assert.Equal(task != "numbers", result.Auc is not null);
        Assert.Equal(task == "two" ? 0 : outputs[0].Length, result.Units.Count);
        for (int unit = 0; unit < result.Units.Count; unit++)
        {
            if (isOfNumbers) Assert.Equal(Error(data.Test, outputs, unit), result.Units[unit].MeanAbsoluteError!.Value, 1e-5);
            if (task != "several") continue;
            byte[] positives = [.. Enumerable.Range(0, 700).Select(i => (byte)data.Test.Targets(i)[unit])];
            Assert.Equal(AreaUnderCurve.Of([.. outputs.Select(output => output[unit])], positives)!.Value, result.Units[unit].Auc!.Value, 1e-3);
            int hits = outputs.Zip(positives).Count(pair => pair.First[unit] > 0.5f && pair.Second == 1);
            Assert.Equal((double)hits / positives.Count(positive => positive == 1), result.Units[unit].Score!.Value.Recall, 1e-12);
        }

        int right = Enumerable.Range(0, 700).Count(i => task == "two"
            ? (outputs[i][^1] > 0.5f ? 1 : 0) == data.Test.Label(i)
            : task == "several" && outputs[i].Zip(data.Test.Targets(i).ToArray()).All(pair => pair.First > 0.5f == pair.Second > 0.5f));
        Assert.Equal(right / 700.0, result.Accuracy);
        if (task == "two")
        {
            byte[] positives = [.. Enumerable.Range(0, 700).Select(i => (byte)data.Test.Label(i))];
            Assert.Equal(AreaUnderCurve.Of([.. outputs.Select(output => output[^1])], positives)!.Value, result.Auc!.Value, 1e-3);
        }
    }

    [Theory]
    [InlineData("several", """{"type": "dense", "units": 3, "activation": "softmax"}""",
        "model 'task' ends in a softmax, which is for one class a sample, but data 'idx' has 3 labels, any of which a sample may have; "
            + "end it with 3 units and the activation sigmoid")]
    [InlineData("several", """{"type": "dense", "units": 4, "activation": "sigmoid"}""",
        "model 'task' ends in 4 outputs, but data 'idx' has 3 labels, any of which a sample may have; end it with 3 units and the activation sigmoid")]
    [InlineData("numbers", """{"type": "dense", "units": 1}""",
        "model 'task' ends in 1 outputs, but data 'idx' has 2 numbers a sample; end it with 2 units without an activation")]
    [InlineData("numbers", """{"type": "dense", "units": 2, "activation": "sigmoid"}""",
        "model 'task' ends in sigmoid units, which give 0 to 1, but data 'idx' has 2 numbers a sample, among them -")]
    public void EnsureFits_anotherEnd_saysWhatWouldFit(string task, string end, string expected)
    {
        JobSpec spec = Spec(task, end, null);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => DataChecks.EnsureFits(spec.ReadModel(), Data(task, 103, 80)));
        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindProblems_weightsOfSeveralLabels_areRefused()
    {
        JobSpec spec = Spec("several", """{"type": "dense", "units": 3, "activation": "sigmoid"}""", null) with { ClassWeights = [1f, 2f, 1f] };
        Assert.Equal("classWeights", Assert.Single(JobSpecCheck.FindProblems(spec)).Setting);
        Assert.Contains("\"labels\":\"several\"", spec.ToJson(), StringComparison.Ordinal);
        Assert.Equal(spec, JobSpec.Parse(spec.ToJson()));
    }

    private static JobSpec Spec(string task, string end, string? loss) => TinyJobs.Spec(
        $$"""
        {"name": "task", "input": [8, 8, 1], "layers": [{"type": "conv2d", "filters": 6, "kernel": 3, "activation": "elu"}, {"type": "flatten"}, {{end}}]}
        """,
        TinyJobs.Adam with { LearningRate = 0.01f }, samples: 103, batch: 30, shards: 7, steps: 60) with
    {
        Loss = loss,
        Labels = task switch { "several" => LabelKind.Several, "numbers" => LabelKind.Numbers, _ => LabelKind.Class },
    };

    /// <summary>Labels that follow from the picture's own pixels.</summary>
    private static DataSource Data(string task, int train, int test) =>
        TinyJobs.Data(train) with { Train = Split(task, TinyJobs.Data(train).Train, train), Test = Split(task, new TinyDataset(test, seed: 12), test) };

    private static MemoryDataset Split(string task, IDataset pictures, int count)
    {
        byte[][] images = [.. Enumerable.Range(0, count).Select(i => pictures.Image(i).ToArray())];
        byte[] pixels = [.. images.SelectMany(image => image)];
        TensorShape shape = pictures.Shape;
        return task switch
        {
            "two" => new MemoryDataset(shape, pixels, [.. images.Select(image => (byte)(image[9] > image[20] ? 1 : 0))], 2),
            "several" => new MemoryDataset(
                shape, pixels, LabelKind.Several, [.. images.SelectMany(image => (float[])[image[9] >> 7, image[20] >> 7, image[33] > image[34] ? 1 : 0])], 3),
            _ => new MemoryDataset(
                shape, pixels, LabelKind.Numbers, [.. images.SelectMany(image => (float[])[(image[9] - image[20]) / 255f, image[33] / 64f])], 2),
        };
    }

    private static float[][] Outputs(LocalTrainer trainer, IDataset data)
    {
        using Network network = new(trainer.Replica.Spec.ReadModel(), KernelSets.Supported[^1], 1);
        using SamplePass pass = new(network);
        network.PackWeights(trainer.Replica.Weights);
        return [.. Enumerable.Range(0, data.Count).Select(i =>
        {
            float[] outputs = new float[network.Plan.Output.Size];
            pass.Forward([.. data.Image(i).ToArray().Select(pixel => pixel / 255f)]);
            pass.Outputs(outputs);
            return outputs;
        })];
    }

    private static double Error(IDataset data, float[][] outputs, int? unit) => outputs.Select((output, i) => output
        .Select((value, u) => double.Abs(value - data.Targets(i)[u])).Where((_, u) => unit is null || u == unit).Average()).Average();
}
