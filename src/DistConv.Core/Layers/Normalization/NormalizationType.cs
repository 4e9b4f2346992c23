using System.Text.Json;
using DistConv.Core.Layers.Affine;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Normalization;

/// <summary>Normalization with given means and variances.</summary>
internal sealed class NormalizationType : ChannelValuesType<NormalizationSpec>
{
    private const string Unadapted =
        "the layer has no numbers of its own, since Keras keeps those that adapt() computes in the weights; write them into the model, "
            + "\"mean\": [0.5, 0.4, 0.3], \"variance\": [0.1, 0.1, 0.2]";

    private static readonly ChannelValuesSetting _mean = new("mean", "[0.5, 0.4, 0.3]") { Missing = Unadapted };
    private static readonly ChannelValuesSetting _variance = new("variance", "[0.1, 0.1, 0.2]") { Missing = Unadapted, Least = 0f };
    private static readonly FixedSetting _axis = new("axis", "-1 or 3 (the channels)", IsLastAxis);
    private static readonly FixedSetting _invert = new("invert", "false (this is not supported)", value => value.ValueKind == JsonValueKind.False);

    private NormalizationType()
        : base(
            "normalization",
            "Normalization",
            Bind(_mean, layer => layer.Mean),
            Bind(_variance, layer => layer.Variance),
            Bind(_axis, _ => true),
            Bind(_invert, _ => true))
    {
    }

    public static NormalizationType Instance { get; } = new();

    protected override NormalizationSpec Read(string name, SettingReader settings)
    {
        settings.Get(_axis);
        settings.Get(_invert);
        return new NormalizationSpec(name, settings.Get(_mean), settings.Get(_variance));
    }

    protected override IReadOnlyList<(string Setting, ChannelValues Values)> Numbers(NormalizationSpec layer) =>
        [(_mean.Name, layer.Mean), (_variance.Name, layer.Variance)];

    protected override Layer Create(NormalizationSpec layer, LayerPlan plan, LayerContext context) => new NormalizationLayer(plan, context, layer);

    /// <summary>−1, 3 or a list of it; null, with which Keras has one mean for all.</summary>
    private static bool IsLastAxis(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return true;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1) value = value[0];
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int axis) && axis is -1 or 3;
    }
}
