using DistConv.Core.Layers;
using DistConv.Core.Layers.BatchNorm;

namespace DistConv.Filters.Layers;

/// <summary>Batch normalisation.</summary>
internal sealed class BatchNormForm : LayerForm<BatchNormSpec>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["BatchNormalization"] = ["axis", "momentum", "epsilon", "center", "scale"],
        ["batchnorm"] = ["momentum", "epsilon", "center", "scale"],
    };

    public override bool KeepsPlaces => true;

    protected override LayerExplanation Explain(BatchNormSpec layer, LayerPlan plan)
    {
        int channels = plan.Input.Channels;
        string learnt = (layer.Scale ? "γ[c] · " : "") + "(x - mean[c]) / √(variance[c] + ε)" + (layer.Center ? " + β[c]" : "");
        string parameters = (layer.Scale, layer.Center) switch
        {
            (true, true) => $"2·{channels:N0} = {plan.Weights:N0}: γ and β of each channel.",
            (true, false) => $"{channels:N0}: γ of each channel.",
            (false, true) => $"{channels:N0}: β of each channel.",
            (false, false) => "None.",
        };
        return new LayerExplanation(plan,
        [
            ("What it computes",
                $"Each of the {channels:N0} {(plan.Input.IsFlat ? "values" : "channels")} is shifted and scaled by itself:\n\n    y = {learnt},  ε = "
                + $"{layer.Epsilon}\n\nIn training, mean and variance are those of the shard of the batch in which the sample is: over all its samples"
                + $"{(plan.Input.IsFlat ? "" : " and positions")}. After training they are moving averages: after each step, {layer.Momentum} of the old value "
                + $"and {1 - layer.Momentum:0.######} of the mean and variance of the whole step. "
                + (layer.IsTrainable ? "" : "This layer is frozen: the moving averages are used in training, too, and stay as they are. ")
                + "(Ioffe and Szegedy 2015, batch normalization.)"),
            ("An example", "A channel has the values 1, 3, 5 in a shard: mean 3, variance 8/3. They become about -1.22, 0, 1.22, before γ and β."),
            ($"The output: {plan.Output}", "The shape of the input."),
            ("Why",
                "However the layers before it change, the next layer gets values of the same size. That allows larger learning rates. Another size of the "
                + "shards changes what is computed, so it belongs to the job."),
            ("Parameters", layer.IsTrainable
                ? $"{parameters} The {plan.StateValues:N0} moving averages are not trained."
                : $"{parameters} The layer is frozen: training changes neither these nor the {2 * channels:N0} moving averages."),
        ]);
    }

    protected override string Summarize(BatchNormSpec layer, LayerPlan plan) =>
        $"each {(plan.Input.IsFlat ? "value" : "channel")} to mean 0 and variance 1"
            + (layer.Scale || layer.Center ? ", then a scale and a shift that are learned" : "");

    protected override string Caption(BatchNormSpec layer) => "normalised channels";

    protected override string WriteOnnx(IOnnxNodes nodes, BatchNormSpec layer, LayerPlan plan, IReadOnlyList<string> inputs)
    {
        int channels = plan.Input.Channels;
        List<string> tensors = [.. nodes.Weights(layer)];
        if (!layer.Scale) tensors.Insert(0, nodes.Fill($"{layer.Name}.ones", channels, 1));
        if (!layer.Center) tensors.Insert(1, nodes.Fill($"{layer.Name}.zeros", channels, 0));
        return nodes.Add("BatchNormalization", layer.Name, [inputs[0], .. tensors], OnnxAttribute.OfSingle("epsilon", layer.Epsilon));
    }
}
