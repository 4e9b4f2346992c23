using DistConv.Core.Initializers;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers.BatchNorm;

/// <summary>Batch normalisation.</summary>
internal sealed class BatchNormType : LayerType<BatchNormSpec>
{
    private static readonly OptionalNumberSetting _momentum = new(
        "momentum", BatchNormSpec.DefaultMomentum, "a number from 0 to 1", momentum => momentum is >= 0 and <= 1);

    private static readonly OptionalNumberSetting _epsilon = new(
        "epsilon", BatchNormSpec.DefaultEpsilon, "a number above 0 and at most 1", epsilon => epsilon is > 0 and <= 1);

    private static readonly FlagSetting _center = new("center", true);
    private static readonly FlagSetting _scale = new("scale", true);

    private static readonly InitializerSetting _beta =
        new("betaInitializer", new("zeros")) { KerasNames = ["beta_init", "beta_initializer"] };

    private static readonly InitializerSetting _gamma =
        new("gammaInitializer", new("ones")) { KerasNames = ["gamma_init", "gamma_initializer"] };

    private static readonly InitializerSetting _mean =
        new("movingMeanInitializer", new("zeros")) { KerasNames = ["moving_mean_initializer"] };

    private static readonly InitializerSetting _variance =
        new("movingVarianceInitializer", new("ones")) { KerasNames = ["moving_variance_initializer"] };

    private BatchNormType()
        : base(
            "batchnorm", ["BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2"],
            Bind(_momentum, layer => layer.Momentum), Bind(_epsilon, layer => layer.Epsilon),
            Bind(_center, layer => layer.Center), Bind(_scale, layer => layer.Scale),
            Bind(_beta, layer => layer.BetaInitializer), Bind(_gamma, layer => layer.GammaInitializer),
            Bind(_mean, layer => layer.MovingMeanInitializer), Bind(_variance, layer => layer.MovingVarianceInitializer))
    {
    }

    public static BatchNormType Instance { get; } = new();

    internal override JsonFields Accept(JsonFields fields, ModelNotes notes) => KerasSetting.Check(fields, notes, BatchNormKeras.Find);

    protected override BatchNormSpec Read(string name, SettingReader settings) => new(
        name, settings.Get(_momentum), settings.Get(_epsilon), settings.Get(_center), settings.Get(_scale),
        settings.Get(_beta), settings.Get(_gamma), settings.Get(_mean), settings.Get(_variance));

    /// <summary>As Keras computes fans of a vector, both are its length. Decay would pull γ and β to 0, which limits nothing that the network can do.</summary>
    protected override LayerShapes Infer(BatchNormSpec layer, ShapeScope scope)
    {
        int channels = scope.Input.Channels;
        scope.CheckParameters((layer.Scale ? 1 : 0) + (layer.Center ? 1 : 0), channels, useBias: false);
        List<TensorPlan> tensors = [];
        if (layer.Scale) tensors.Add(Vector(TensorPlan.Gamma, layer.GammaInitializer));
        if (layer.Center) tensors.Add(Vector(TensorPlan.Beta, layer.BetaInitializer));
        tensors.Add(Vector(TensorPlan.MovingMean, layer.MovingMeanInitializer) with { IsState = true });
        tensors.Add(Vector(TensorPlan.MovingVariance, layer.MovingVarianceInitializer) with { IsState = true });
        return new LayerShapes(scope.Input, tensors, 0);

        TensorPlan Vector(string role, InitializerSpec initializer) => new(role, [channels], initializer, channels, channels) { IsDecayed = false };
    }

    protected override LayerTraits Traits(BatchNormSpec layer, LayerPlan plan, bool afterRelu) => !layer.IsTrainable ? new()
    {
        ReadsInput = afterRelu,
        PackedEstimate = 2 * plan.Input.Channels,
    } : new()
    {
        Phase = LayerPhase.Shard,
        ReadsInput = true,
        StateLength = BatchNormState.Length(plan.Input.Channels),
        PackedEstimate = 2 * plan.Input.Channels,
    };

    protected override Layer Create(BatchNormSpec layer, LayerPlan plan, LayerContext context) => layer.IsTrainable
        ? new BatchNormLayer(plan, context, layer)
        : new FrozenBatchNormLayer(plan, context, layer);
}
