using System.Runtime.InteropServices;
using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Training.Tests.Steps;

/// <summary>Jobs that take milliseconds.</summary>
internal static class TinyJobs
{
    /// <summary>Every kind of stage, with sizes that fill no vector: convolutions same and valid, pooling, dropout, dense. 823 parameters.</summary>
    public const string Tiny = """
        {"name": "tiny", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 5, "kernel": 3, "padding": "same", "activation": "relu"}, {"type": "maxpool2d"},
          {"type": "conv2d", "filters": 6, "kernel": 3, "activation": "relu"}, {"type": "dropout", "rate": 0.25}, {"type": "flatten"},
          {"type": "dense", "units": 17, "activation": "relu"}, {"type": "dropout", "rate": 0.5},
          {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>The same without dropout.</summary>
    public const string Plain = """
        {"name": "plain", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 5, "kernel": 3, "padding": "same", "activation": "relu"}, {"type": "maxpool2d"},
          {"type": "conv2d", "filters": 6, "kernel": 3, "activation": "relu"}, {"type": "flatten"},
          {"type": "dense", "units": 17, "activation": "relu"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Branches within a stage, across stages, and two dense layers on one input.</summary>
    public const string Branched = """
        {"name": "branched", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "name": "stem", "filters": 5, "kernel": 3, "padding": "same", "activation": "relu"},
          {"type": "conv2d", "name": "branch", "filters": 5, "kernel": 3, "padding": "same"},
          {"type": "add", "name": "sum", "inputs": ["branch", "stem"]}, {"type": "relu", "name": "after"},
          {"type": "globalavgpool2d", "name": "mean"},
          {"type": "dense", "name": "left", "units": 7, "activation": "relu"},
          {"type": "dense", "name": "right", "inputs": ["mean"], "units": 7},
          {"type": "add", "name": "both", "inputs": ["left", "right"]}, {"type": "dropout", "rate": 0.25},
          {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Every merge, of images and of lists, and borders.</summary>
    public const string Merged = """
        {"name": "merged", "input": [8, 8, 1], "layers": [
          {"type": "zeropadding2d", "padding": [[0, 1], [2, 0]]},
          {"type": "conv2d", "name": "a", "filters": 5, "kernel": 3, "activation": "relu"},
          {"type": "conv2d", "name": "b", "filters": 5, "kernel": 3, "padding": "same"},
          {"type": "avgpool2d", "name": "pooled", "inputs": ["a"], "pool": [7, 8]},
          {"type": "conv2d", "name": "gate", "filters": 5, "kernel": 1},
          {"type": "multiply", "name": "gated", "inputs": ["b", "gate"]},
          {"type": "maximum", "name": "largest", "inputs": ["gated", "a"]}, {"type": "minimum", "name": "smallest", "inputs": ["gated", "b"]},
          {"type": "concatenate", "name": "both", "inputs": ["largest", "smallest", "a"]}, {"type": "cropping2d", "cropping": 1},
          {"type": "globalavgpool2d", "name": "mean"},
          {"type": "dense", "name": "left", "units": 7, "activation": "relu"}, {"type": "dense", "name": "right", "inputs": ["mean"], "units": 7},
          {"type": "subtract", "name": "less", "inputs": ["left", "right"]}, {"type": "average", "name": "half", "inputs": ["less", "left"]},
          {"type": "concatenate", "name": "list", "inputs": ["half", "mean"]}, {"type": "dropout", "rate": 0.25},
          {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Images behind dense layers, and dense layers on images: stages of both kinds in turn.</summary>
    public const string Reshaped = """
        {"name": "reshaped", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": 3, "activation": "relu"}, {"type": "dense", "units": 4},
          {"type": "permute", "dims": [3, 1, 2]}, {"type": "flatten"}, {"type": "dense", "units": 18, "activation": "relu"},
          {"type": "reshape", "shape": [3, -1, 2]}, {"type": "conv2d", "filters": 5, "kernel": 2}, {"type": "dense", "units": 6},
          {"type": "globalavgpool2d", "keepDims": true}, {"type": "dense", "units": 5}, {"type": "reshape", "shape": [5]}, {"type": "dropout", "rate": 0.25},
          {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Batch normalisation behind a convolution, a ReLU, an addition and a dense layer; with and without γ and β; two read one output.</summary>
    public const string Normed = """
        {"name": "normed", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "name": "stem", "filters": 5, "kernel": 3, "padding": "same", "useBias": false},
          {"type": "batchnorm", "name": "bn1", "momentum": 0.9}, {"type": "relu", "name": "r1"},
          {"type": "conv2d", "name": "branch", "filters": 5, "kernel": 3, "padding": "same", "activation": "relu"},
          {"type": "batchnorm", "name": "bn2", "scale": false},
          {"type": "add", "name": "sum", "inputs": ["bn2", "r1"]},
          {"type": "batchnorm", "name": "bn3", "inputs": ["sum"], "center": false, "scale": false},
          {"type": "add", "name": "again", "inputs": ["bn3", "sum"]}, {"type": "maxpool2d", "name": "pool"}, {"type": "flatten", "name": "flat"},
          {"type": "dense", "name": "hidden", "units": 19}, {"type": "batchnorm", "name": "bn4", "epsilon": 0.01}, {"type": "relu", "name": "r4"},
          {"type": "dropout", "name": "drop", "rate": 0.25}, {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Normalisations of the pixels, of branches, of one output and of a normalisation, in every order in which stages can meet them.</summary>
    public const string NormedBranches = """
        {"name": "normed-branches", "input": [8, 8, 1], "layers": [
          {"type": "batchnorm", "name": "b0"}, {"type": "conv2d", "name": "c1", "filters": 6, "kernel": 3, "padding": "same"},
          {"type": "conv2d", "name": "q", "filters": 5, "kernel": 1, "inputs": ["c1"]},
          {"type": "batchnorm", "name": "b1", "inputs": ["c1"]}, {"type": "relu", "name": "r1"},
          {"type": "conv2d", "name": "c2", "filters": 5, "kernel": 3, "padding": "same"},
          {"type": "conv2d", "name": "p", "filters": 5, "kernel": 1, "inputs": ["c1"]},
          {"type": "batchnorm", "name": "b2", "inputs": ["c2"]}, {"type": "batchnorm", "name": "b3", "inputs": ["p"]},
          {"type": "batchnorm", "name": "b4", "inputs": ["p"], "scale": false},
          {"type": "add", "name": "s", "inputs": ["b2", "b3", "b4", "q"]}, {"type": "relu", "name": "r2"},
          {"type": "batchnorm", "name": "b5", "inputs": ["c2"]}, {"type": "batchnorm", "name": "b6", "inputs": ["b5"]},
          {"type": "concatenate", "name": "all", "inputs": ["r2", "b6", "s"]}, {"type": "maxpool2d", "pool": 2}, {"type": "flatten"},
          {"type": "dense", "name": "d1", "units": 12}, {"type": "batchnorm", "name": "b7"}, {"type": "relu"},
          {"type": "dense", "name": "d2", "units": 4}, {"type": "batchnorm", "name": "b8"}, {"type": "softmax"}]}
        """;

    /// <summary>Every kind of noise, and values that are scaled.</summary>
    public const string Noisy = """
        {"name": "noisy", "input": [8, 8, 1], "layers": [
          {"type": "normalization", "mean": 0.4, "variance": 0.1}, {"type": "gaussiannoise", "stdDev": 0.1},
          {"type": "conv2d", "filters": 7, "kernel": 3, "activation": "relu"}, {"type": "spatialdropout2d", "rate": 0.2},
          {"type": "rescaling", "scale": [1, 2, 0.5, 1, 1, 2, -1], "offset": 0.1}, {"type": "maxpool2d"}, {"type": "flatten"},
          {"type": "dense", "units": 17}, {"type": "alphadropout", "rate": 0.1}, {"type": "gaussiandropout", "rate": 0.1},
          {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Every layer that varies or resizes pictures, before and behind layers that learn.</summary>
    public const string Augmented = """
        {"name": "augmented", "input": [8, 8, 1], "layers": [
          {"type": "randomflip"}, {"type": "randomtranslation", "heightFactor": 0.2, "widthFactor": [0, 0.3], "fillMode": "constant"},
          {"type": "randomrotation", "factor": 0.1}, {"type": "randomzoom", "heightFactor": 0.3, "fillMode": "wrap"},
          {"type": "randomcontrast", "factor": 0.5}, {"type": "randombrightness", "factor": 0.2}, {"type": "randomcrop", "height": 7, "width": 6},
          {"type": "conv2d", "filters": 7, "kernel": 3, "padding": "same", "activation": "relu"}, {"type": "randomflip", "mode": "horizontal"},
          {"type": "randomrotation", "factor": 0.5, "fillMode": "nearest"}, {"type": "randomcontrast", "factor": 0.5, "valueRange": [0, 2]},
          {"type": "resizing", "height": 5, "width": 9}, {"type": "conv2d", "filters": 5, "kernel": 2, "activation": "relu"},
          {"type": "randombrightness", "factor": 0.1}, {"type": "randomcrop", "height": 3, "width": 8}, {"type": "centercrop", "height": 3, "width": 5},
          {"type": "dropout", "rate": 0.25}, {"type": "flatten"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Activations in every kind of stage, computed from inputs and from outputs, behind ReLU and not, and learned slopes.</summary>
    public const string Active = """
        {"name": "active", "input": [8, 8, 1], "layers": [
          {"type": "prelu", "sharedAxes": [1, 2], "alphaInitializer": "ones"},
          {"type": "conv2d", "filters": 5, "kernel": 3, "padding": "same", "activation": "elu"},
          {"type": "prelu", "sharedAxes": [1, 2], "alphaInitializer": {"name": "constant", "value": 0.2}}, {"type": "maxpool2d"},
          {"type": "conv2d", "filters": 6, "kernel": 3, "activation": "relu"}, {"type": "softplus"}, {"type": "softmax"}, {"type": "gelu"},
          {"type": "relu", "maxValue": 0.2, "negativeSlope": 0.1}, {"type": "flatten"},
          {"type": "dense", "units": 17, "activation": "tanh"}, {"type": "prelu", "alphaInitializer": {"name": "constant", "value": 0.9}},
          {"type": "dense", "units": 9, "activation": "silu"},
          {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Penalties on what layers give: behind a ReLU, before one, and between dense layers.</summary>
    public const string Penalized = """
        {"name": "penalized", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 5, "kernel": 3, "padding": "same", "activation": "relu"}, {"type": "activityregularization", "l1": 0.0005, "l2": 0.02},
          {"type": "maxpool2d"}, {"type": "conv2d", "filters": 6, "kernel": 3}, {"type": "activityregularization", "l2": 0.05}, {"type": "relu"},
          {"type": "flatten"}, {"type": "dense", "units": 17, "activation": "tanh"}, {"type": "activityregularization", "l1": 0.004},
          {"type": "dropout", "rate": 0.25}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Frozen layers of every kind below, between and behind layers that are trained.</summary>
    public const string Frozen = """
        {"name": "frozen", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "name": "below", "filters": 5, "kernel": 3, "padding": "same", "trainable": false},
          {"type": "conv2d", "name": "stem", "filters": 6, "kernel": 3, "activation": "relu"},
          {"type": "conv2d", "name": "still", "filters": 7, "kernel": 3, "padding": "same", "trainable": false, "biasInitializer": "ones"},
          {"type": "batchnorm", "name": "norm", "trainable": false, "movingMeanInitializer": {"name": "constant", "value": 0.3}},
          {"type": "relu", "name": "r"}, {"type": "prelu", "name": "slopes", "trainable": false, "alphaInitializer": "ones"},
          {"type": "separableconv2d", "name": "two", "filters": 5, "kernel": 3, "trainable": false}, {"type": "batchnorm", "name": "moving"},
          {"type": "flatten", "name": "flat"}, {"type": "dense", "name": "hidden", "units": 17, "activation": "relu", "trainable": false},
          {"type": "dropout", "name": "drop", "rate": 0.25}, {"type": "dense", "name": "classes", "units": 4, "activation": "softmax"}]}
        """;

    /// <summary>Penalties and constraints of every kind, of layers of every kind; one layer is frozen, and adapted numbers come first.</summary>
    public const string Ruled = """
        {"name": "ruled", "input": [8, 8, 1], "layers": [
          {"type": "normalization", "name": "data"},
          {"type": "conv2d", "name": "stem", "filters": 5, "kernel": 3, "kernelRegularizer": {"l2": 0.02}, "biasRegularizer": {"l1": 0.01},
           "kernelConstraint": {"name": "max_norm", "max": 0.6, "axis": [0, 1, 2]}},
          {"type": "batchnorm", "name": "bn", "gammaRegularizer": {"l1": 0.01, "l2": 0.02}, "betaConstraint": "non_neg"}, {"type": "relu", "name": "r"},
          {"type": "conv2d", "name": "still", "filters": 5, "kernel": 3, "padding": "same", "trainable": false, "kernelRegularizer": {"l2": 1}},
          {"type": "separableconv2d", "name": "two", "filters": 6, "kernel": 3, "depthwiseRegularizer": {"l1": 0.003}, "depthwiseConstraint": "unit_norm",
           "pointwiseConstraint": {"name": "min_max_norm", "min": 0.4, "max": 0.9, "rate": 0.7, "axis": [2]}},
          {"type": "prelu", "name": "slopes", "alphaRegularizer": {"l2": 0.1}, "alphaInitializer": "ones"}, {"type": "flatten", "name": "flat"},
          {"type": "dense", "name": "hidden", "units": 70, "activation": "relu", "kernelConstraint": "max_norm"},
          {"type": "dropout", "name": "drop", "rate": 0.25},
          {"type": "dense", "name": "classes", "units": 4, "activation": "softmax", "kernelRegularizer": {"l1": 0.0001, "l2": 0.01}}]}
        """;

    /// <summary>Layers so large that updates and trees are cut into several slices.</summary>
    public const string Wide = """
        {"name": "wide", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 24, "kernel": 3, "padding": "same", "activation": "relu"}, {"type": "avgpool2d"},
          {"type": "conv2d", "filters": 24, "kernel": 3, "useBias": false}, {"type": "relu"}, {"type": "flatten"}, {"type": "dropout", "rate": 0.1},
          {"type": "dense", "units": 180, "activation": "relu"}, {"type": "dense", "units": 4, "activation": "softmax"}]}
        """;

    public static OptimizerSpec Sgd { get; } = new("sgd", 0.1f);

    public static OptimizerSpec Momentum { get; } = new("sgd", 0.05f, Momentum: 0.9f);

    public static OptimizerSpec Nesterov { get; } = new("sgd", 0.05f, Momentum: 0.9f, Nesterov: true);

    public static OptimizerSpec Adadelta { get; } = OptimizerSettings.Default("adadelta");

    public static OptimizerSpec Adam { get; } = OptimizerSettings.Default("adam") with { LearningRate = 0.01f };

    public static OptimizerSpec AdamW { get; } = OptimizerSettings.Default("adamw") with { LearningRate = 0.01f };

    public static OptimizerSpec RmsProp { get; } = OptimizerSettings.Default("rmsprop");

    /// <summary>sgd with momentum and an L2 penalty.</summary>
    public static OptimizerSpec Decay { get; } = Momentum with { WeightDecay = 0.01f };

    public static DataSource Data(int samples) =>
        new("idx", new TinyDataset(samples, seed: 11), new TinyDataset(300, seed: 12), $"tiny v1 {samples}");

    public static JobSpec Spec(
        string model = Tiny, OptimizerSpec? optimizer = null, int samples = 1003, int batch = 100, int shards = 7, long steps = 25, ulong seed = 7)
    {
        ModelSpec parsed = ModelSpec.Parse(model, "tiny");
        return new JobSpec
        {
            ModelName = parsed.Name,
            ModelJson = parsed.ToJson(),
            Data = "idx",
            DataFingerprint = $"tiny v1 {samples}",
            Samples = samples,
            TotalSteps = steps,
            GlobalBatch = batch,
            Shards = shards,
            Seed = seed,
            Optimizer = optimizer ?? Momentum,
            NumericsVersion = NumericsVersion.Current,
        };
    }

    /// <summary>Everything about an update that is not the optimizer's: a warm-up, a cosine, and a limit that clips some steps and not others.</summary>
    public static JobSpec Clipped(this JobSpec spec) => spec with { ClipNorm = 0.5f, Schedule = new ScheduleSpec("cosine", MinFraction: 0.1, WarmupSteps: 4) };

    /// <summary>Samples that are varied in every way, and mixed in both.</summary>
    public static JobSpec Varied(this JobSpec spec) => spec with
    {
        Augmentation =
        [
            new("flip"), new("shift", 0.2), new("crop", 1), new("zoom", 0.3), new("vflip"), new("rotate", 20), new("contrast", 0.5), new("brightness", 0.2),
            new("erase", 0.5), new("mixup", 0.4), new("cutmix", 1),
        ],
    };

    /// <summary>Which sample a job uses at a place of a shard's batch.</summary>
    public static int SampleAt(JobSpec spec, long step, int shard, int place)
    {
        var plan = ShardPlan.Of(spec);
        (int epoch, int stepInEpoch) = plan.LocateStep(step);
        return new ShardOrder(plan, new SamplePermutation(spec.Seed, spec.Samples), shard).Batch(epoch, stepInEpoch)[place];
    }

    /// <summary>A replica's weights, to be written to behind its back.</summary>
    public static Span<float> WritableWeights(this Replica replica) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(replica.Weights), replica.Network.TensorLength);

    public static string Digest(this LocalTrainer trainer) => trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch).WeightsDigest();
}
