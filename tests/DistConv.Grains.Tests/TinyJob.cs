using System.Buffers.Binary;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Threading;
using DistConv.Silo.Embedded;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>A job of 18 steps that trains in milliseconds, with numbers that do not divide each other, in a folder of its own.</summary>
internal sealed class TinyJob : IDisposable
{
    public const string Id = "tiny";
    private const int Side = 6, Classes = 3, TrainCount = 53, TestCount = 17;

    public const string Model = """
        { "name": "tiny", "input": [6, 6, 1], "layers": [
          { "type": "conv2d", "filters": 5, "kernel": [3, 3], "activation": "relu" },
          { "type": "maxpool2d", "pool": [2, 2] },
          { "type": "dropout", "rate": 0.25 },
          { "type": "flatten" },
          { "type": "dense", "units": 3, "activation": "softmax" } ] }
        """;

    /// <summary>The same with batch normalisation.</summary>
    public const string Normed = """
        { "name": "normed", "input": [6, 6, 1], "layers": [
          { "type": "conv2d", "filters": 5, "kernel": [3, 3] },
          { "type": "batchnorm", "momentum": 0.9 }, { "type": "relu" },
          { "type": "maxpool2d", "pool": [2, 2] },
          { "type": "flatten" },
          { "type": "dense", "units": 11 }, { "type": "batchnorm" }, { "type": "dropout", "rate": 0.25 },
          { "type": "dense", "units": 3, "activation": "softmax" } ] }
        """;

    /// <summary>Frozen layers, adapted numbers, penalties and constraints.</summary>
    public const string Ruled = """
        { "name": "ruled", "input": [6, 6, 1], "layers": [
          { "type": "normalization" },
          { "type": "conv2d", "filters": 5, "kernel": [3, 3], "trainable": false },
          { "type": "batchnorm", "trainable": false }, { "type": "relu" },
          { "type": "conv2d", "filters": 4, "kernel": [2, 2], "kernelRegularizer": { "l2": 0.01 }, "biasRegularizer": { "l1": 0.01 } },
          { "type": "batchnorm", "gammaRegularizer": { "l1": 0.02 }, "betaConstraint": "non_neg" }, { "type": "flatten" },
          { "type": "dense", "units": 11, "kernelConstraint": { "name": "max_norm", "max": 0.9 } }, { "type": "dropout", "rate": 0.25 },
          { "type": "dense", "units": 3, "activation": "softmax", "kernelRegularizer": { "l1": 0.001, "l2": 0.002 }, "kernelConstraint": "unit_norm" } ] }
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("distconv-grains-").FullName;

    public TinyJob(float learningRate = 0.01f, Func<JobSpec, JobSpec>? change = null)
    {
        Data = Path.Combine(_root, "data");
        WriteSplit("train", TrainCount);
        WriteSplit("t10k", TestCount);
        Source = DataCatalog.BuiltIn.Open("idx", Data);
        Spec = new JobSpec
        {
            ModelName = "tiny",
            ModelJson = ModelSpec.Parse(Model, "tiny").ToJson(),
            Data = Source.Name,
            DataFingerprint = Source.Fingerprint,
            Samples = TrainCount,
            TotalSteps = 18,
            GlobalBatch = 10,
            Shards = 4,
            Seed = 7,
            Optimizer = OptimizerSettings.Default("adam") with { LearningRate = learningRate },
            NumericsVersion = NumericsVersion.Current,
        };
        if (change is not null) Spec = change(Spec);
        Folder = new JobStore(Store).Create(Id, Spec);
    }

    public string Data { get; }

    public DataSource Source { get; }

    public JobSpec Spec { get; }

    public JobFolder Folder { get; }

    public string Store => Path.Combine(_root, "store");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The control run, in a store of its own.</summary>
    public async Task<JobStatus> TrainLocallyAsync(long? stopAt = null)
    {
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(Spec, Source, pool, KernelSets.Select("scalar"));
        JobFolder folder = new JobStore(Path.Combine(_root, "local")).Create(Id, Spec);
        await using var loop = new TrainingLoop(folder, trainer, new RunOptions(stopAt), TimeProvider.System);
        return await loop.RunAsync(Token);
    }

    public Task<EmbeddedCluster> StartClusterAsync(int threads = 2, string? kernel = null) =>
        EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(Store, Data, threads, kernel), Token);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void WriteSplit(string name, int count)
    {
        Directory.CreateDirectory(Data);
        var images = new byte[count * Side * Side];
        var labels = new byte[count];
        uint state = (uint)count;
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)(i % Classes);
            for (int p = 0; p < Side * Side; p++)
            {
                state = (state * 1_664_525) + 1_013_904_223;
                images[(i * Side * Side) + p] = (byte)((state >> 24) / (p / Side / 2 == labels[i] ? 1u : 4u)); // A bright band of two rows is the class.
            }
        }

        File.WriteAllBytes(Path.Combine(Data, $"{name}-images-idx3-ubyte"), [.. Header(0x803, count, Side, Side), .. images]);
        File.WriteAllBytes(Path.Combine(Data, $"{name}-labels-idx1-ubyte"), [.. Header(0x801, count), .. labels]);
    }

    private static byte[] Header(int magic, params int[] sizes)
    {
        var bytes = new byte[4 + (4 * sizes.Length)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, magic);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * i)), sizes[i]);
        return bytes;
    }
}
