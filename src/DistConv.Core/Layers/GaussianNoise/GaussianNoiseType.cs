using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.GaussianNoise;

/// <summary>Noise that is added.</summary>
internal sealed class GaussianNoiseType : LayerType<GaussianNoiseSpec>
{
    private static readonly NumberSetting _stdDev = new("stdDev", "at least 0 and at most 1e9", stdDev => stdDev is >= 0 and <= 1e9, "0.1")
    {
        KerasNames = ["stddev", "sigma"],
    };

    private GaussianNoiseType()
        : base("gaussiannoise", ["GaussianNoise"], Bind(_stdDev, layer => layer.StdDev))
    {
    }

    public static GaussianNoiseType Instance { get; } = new();

    protected override GaussianNoiseSpec Read(string name, SettingReader settings) => new(name, settings.Get(_stdDev));

    protected override LayerShapes Infer(GaussianNoiseSpec layer, ShapeScope scope) => new(scope.Input);

    protected override LayerTraits Traits(GaussianNoiseSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, ScratchEstimate = plan.Output.Size };

    protected override Layer Create(GaussianNoiseSpec layer, LayerPlan plan, LayerContext context) => new GaussianNoiseLayer(plan, context, layer);
}
