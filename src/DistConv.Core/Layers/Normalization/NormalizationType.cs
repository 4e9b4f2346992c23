using System.Text.Json;
using DistConv.Core.Layers.Affine;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.Normalization;

/// <summary>Normalization with given means and variances, or with those of the data.</summary>
internal sealed class NormalizationType : ChannelValuesType<NormalizationSpec>
{
    private const string MeanExample = "[0.5, 0.4, 0.3]";
    private const string VarianceExample = "[0.1, 0.1, 0.2]";

    private static readonly ChannelValuesSetting _mean = new("mean", MeanExample) { MayBeEmpty = true };
    private static readonly ChannelValuesSetting _variance = new("variance", VarianceExample) { MayBeEmpty = true, Least = 0f };
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
        NormalizationSpec layer = new(name, settings.Get(_mean), settings.Get(_variance));
        JsonFields fields = settings.Fields;
        if (layer.Mean.IsEmpty != layer.Variance.IsEmpty)
        {
            throw new InvalidInputException(
                $"{fields.Where}: has a {(layer.Mean.IsEmpty ? "variance and no mean" : "mean and no variance")}; give both, \"mean\": {MeanExample}, "
                    + $"\"variance\": {VarianceExample}, or neither: then they are weights");
        }

        if (!layer.IsAdapted) return layer;
        if (fields.Find(_axis.Name) is { ValueKind: JsonValueKind.Null })
            throw new InvalidInputException($"{fields.Where}: axis is null, one mean for all channels, which must be given: \"mean\": 0.5, \"variance\": 0.1");
        settings.Notes.Decide("mean and variance of a normalization without numbers are weights; until a file with weights is read they are 0 and 1");
        return layer;
    }

    protected override IReadOnlyList<TensorPlan> Tensors(NormalizationSpec layer, int channels)
    {
        return layer.IsAdapted
            ? [State(TensorPlan.Mean, channels, "zeros"), State(TensorPlan.Variance, channels, "ones"), State(TensorPlan.Count, 1, "zeros")]
            : [];

        static TensorPlan State(string role, int length, string initializer) => new(role, [length], new(initializer), length, length) { IsState = true };
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
