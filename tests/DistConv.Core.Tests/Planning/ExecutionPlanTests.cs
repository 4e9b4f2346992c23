using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Planning;
using Xunit;

namespace DistConv.Core.Tests.Planning;

/// <summary>Which layers are computed together, and what is kept.</summary>
public class ExecutionPlanTests
{
    [Fact]
    public void Stages_ofAChainOfNormalisations_beginWithThem() => Assert.Equal(
        ["c1 | b1", "b1 r1 c2 | b2", "b2 r2", "classes"],
        Stages("""
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3}, {"type": "batchnorm", "name": "b1"}, {"type": "relu", "name": "r1"},
            {"type": "conv2d", "name": "c2", "filters": 3, "kernel": 3}, {"type": "batchnorm", "name": "b2"}, {"type": "relu", "name": "r2"}
            """));

    [Fact]
    public void Stages_ofANormalisationBehindTheInputOrADenseLayer_haveAStageThatOnlyAddsUp() => Assert.Equal(
        ["- | b0", "b0", "d1", "- | b1", "b1", "classes"],
        Stages("""
            {"type": "batchnorm", "name": "b0"}, {"type": "flatten", "name": "f0"},
            {"type": "dense", "name": "d1", "units": 3}, {"type": "batchnorm", "name": "b1"}
            """));

    /// <summary>The projection's sums can be added before its normalisation: the two branches of a block meet without a stage more.</summary>
    [Fact]
    public void Stages_ofNormalisationsOfEarlierLayers_joinTheOpenOne() => Assert.Equal(
        ["c1 p | b1 b2", "b1 b2 s", "classes"],
        Stages("""
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3}, {"type": "conv2d", "name": "p", "filters": 3, "kernel": 3, "inputs": ["input"]},
            {"type": "batchnorm", "name": "b1", "inputs": ["c1"]}, {"type": "batchnorm", "name": "b2", "inputs": ["p"]},
            {"type": "add", "name": "s", "inputs": ["b1", "b2"]}
            """));

    /// <summary>The gradient of c1 is that of its last reader, b2, plus those of the earlier ones: b2's must be there before c2 adds its own.</summary>
    [Fact]
    public void Stages_ofANormalisationWhoseInputTheOpenStageReads_beginANewOne() => Assert.Equal(
        ["c1 | b1", "b1 c2 | b2", "b2 s", "classes"],
        Stages("""
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3, "padding": "same"}, {"type": "batchnorm", "name": "b1"},
            {"type": "conv2d", "name": "c2", "filters": 3, "kernel": 3, "padding": "same", "inputs": ["c1"]},
            {"type": "batchnorm", "name": "b2", "inputs": ["c1"]}, {"type": "add", "name": "s", "inputs": ["b1", "b2", "c2"]}
            """));

    [Fact]
    public void Nodes_ofANormalisationThatItsStageReads_keepItsGradientAndNotItsOutput()
    {
        ExecutionPlan plan = Plan("""
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3}, {"type": "batchnorm", "name": "b1"}, {"type": "relu", "name": "r1"},
            {"type": "conv2d", "name": "c2", "filters": 3, "kernel": 3}
            """);
        Assert.Equal((Storage.Row, Storage.Row), (plan.Nodes[0].Output, plan.Nodes[0].Gradient));
        Assert.Equal((Storage.Reader, Storage.Reader), (plan.Nodes[1].Output, plan.Nodes[1].Gradient));
        Assert.Equal((Storage.Row, Storage.Row), (plan.Nodes[2].Output, plan.Nodes[2].Gradient));
    }

    /// <summary>Each branch of the sum has the sum's gradient, and that is ReLU's; the shortcut has readers besides, so its gradient stands alone.</summary>
    [Fact]
    public void Nodes_ofASumBehindReLU_shareItsGradientWithBranchesThatNobodyElseReads()
    {
        ExecutionPlan plan = Plan("""
            {"type": "conv2d", "name": "c0", "filters": 3, "kernel": 3, "padding": "same"},
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3, "padding": "same"},
            {"type": "add", "name": "s", "inputs": ["c1", "c0"]}, {"type": "relu", "name": "r"}
            """);
        Assert.Equal([Storage.Thread, Storage.Reader, Storage.Reader], plan.Nodes.Take(3).Select(node => node.Gradient));
        Assert.Equal([2, 3], plan.Nodes.Skip(1).Take(2).Select(node => node.Reader));
        Assert.Equal(Storage.Reader, plan.Nodes[2].Output);
    }

    /// <summary>Behind ReLU, what a layer passes on is not what it gets.</summary>
    [Fact]
    public void Nodes_ofASumOfReLUs_haveGradientsOfTheirOwn()
    {
        ExecutionPlan plan = Plan("""
            {"type": "conv2d", "name": "c0", "filters": 3, "kernel": 3, "activation": "relu"},
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3, "activation": "relu", "inputs": ["input"]},
            {"type": "add", "name": "s", "inputs": ["c1", "c0"]}
            """);
        Assert.DoesNotContain(Storage.Reader, plan.Nodes.Select(node => node.Gradient));
    }

    [Fact]
    public void Epilogue_ofANormalisation_isTheReluThatAloneReadsIt() => Assert.Equal(
        ["b1: r1", "b2: -"],
        Epilogues("""
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3}, {"type": "batchnorm", "name": "b1"}, {"type": "relu", "name": "r1"},
            {"type": "conv2d", "name": "c2", "filters": 3, "kernel": 3}, {"type": "batchnorm", "name": "b2"},
            {"type": "relu", "name": "r2", "negativeSlope": 0.1}
            """));

    /// <summary>Of the two branches, the later one adds the earlier. Nobody keeps the sum's inputs: behind it, only ReLU's output is read again.</summary>
    [Fact]
    public void Epilogue_ofTheBranchesOfABlock_isTheSumAndReluInTheLaterOne()
    {
        const string block = """
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3}, {"type": "conv2d", "name": "p", "filters": 3, "kernel": 3, "inputs": ["input"]},
            {"type": "batchnorm", "name": "b1", "inputs": ["c1"]}, {"type": "batchnorm", "name": "b2", "inputs": ["p"]},
            {"type": "add", "name": "s", "inputs": ["b1", "b2"]}, {"type": "relu", "name": "r"}
            """;
        Assert.Equal(["b1: -", "b2: b1 + s r"], Epilogues(block));
        Assert.Equal([Storage.Thread, Storage.Thread, Storage.Reader, Storage.Row], Plan(block).Nodes.Skip(2).Take(4).Select(node => node.Output));
    }

    /// <summary>The shortcut is what ReLU gave, so the sum reads it again on the way back, for ReLU's gradient; its other input it does not read.</summary>
    [Fact]
    public void Epilogue_withAShortcutBehindRelu_addsItAndKeepsOnlyIt()
    {
        const string block = """
            {"type": "conv2d", "name": "c0", "filters": 3, "kernel": 3, "padding": "same", "activation": "relu"},
            {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 3, "padding": "same"}, {"type": "batchnorm", "name": "b1"},
            {"type": "add", "name": "s", "inputs": ["c0", "b1"]}
            """;
        Assert.Equal(["b1: c0 + s"], Epilogues(block));
        Assert.Equal([Storage.Row, Storage.Row, Storage.Thread], Plan(block).Nodes.Take(3).Select(node => node.Output));
    }

    [Theory]
    [InlineData("""{"type": "add", "name": "s", "inputs": ["b1", "b1"]}""")]
    [InlineData("""{"type": "add", "name": "s", "inputs": ["b1", "c0", "c0"]}""")]
    [InlineData("""{"type": "relu", "name": "r"}, {"type": "add", "name": "s", "inputs": ["b1", "r"]}""")]
    [InlineData("""{"type": "subtract", "name": "s", "inputs": ["b1", "c0"]}""")]
    [InlineData("""{"type": "multiply", "name": "s", "inputs": ["b1", "c0"]}""")]
    public void Epilogue_whereTheOutputItselfIsRead_isNone(string behind) => Assert.Equal(
        ["b1: -"],
        Epilogues($$"""
            {"type": "conv2d", "name": "c0", "filters": 3, "kernel": 3, "padding": "same"}, {"type": "conv2d", "name": "c1", "filters": 3, "kernel": 1},
            {"type": "batchnorm", "name": "b1"}, {{behind}}
            """));

    /// <summary>A line a normalisation: what its pass adds, and the layers that it does the work of.</summary>
    private static IEnumerable<string> Epilogues(string layers)
    {
        ExecutionPlan plan = Plan(layers);
        return plan.Nodes.Where(node => node.Traits.Phase == LayerPhase.Shard).Select(node => $"{Name(node.Index)}: " + (node.Epilogue is { } epilogue
            ? string.Join(' ', [.. epilogue.Addend is { } addend ? (string[])[Name(addend), "+"] : [], .. epilogue.Nodes.Select(Name)]) : "-"));

        string Name(int node) => plan.Nodes[node].Layer.Layer.Name;
    }

    /// <summary>A line a stage: its layers, and those whose inputs it adds up.</summary>
    private static IEnumerable<string> Stages(string layers)
    {
        ExecutionPlan plan = Plan(layers);
        return plan.Stages.Select(stage => stage.Sums.Count == 0 ? Names(stage.Nodes) : $"{Names(stage.Nodes)} | {Names(stage.Sums)}");

        string Names(IReadOnlyList<int> nodes) => nodes.Count == 0 ? "-" : string.Join(' ', nodes.Select(node => plan.Nodes[node].Layer.Layer.Name));
    }

    private static ExecutionPlan Plan(string layers) => ExecutionPlan.Of(ModelReading.Parse(
        $$"""
        {"name": "m", "input": [8, 8, 1], "layers": [{{layers}},
          {"type": "flatten", "name": "f"}, {"type": "dense", "name": "classes", "units": 2, "activation": "softmax"}]}
        """, "m").Model.Infer());
}
