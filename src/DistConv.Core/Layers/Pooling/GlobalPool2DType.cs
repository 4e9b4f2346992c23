using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Pooling;

/// <summary>What the poolings over the whole image share.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
internal abstract class GlobalPool2DType<TSpec> : LayerType<TSpec>
    where TSpec : GlobalPool2DSpec
{
    private static readonly FlagSetting _keepDims = new("keepDims", false) { KerasNames = ["keepdims"], IsLeftOutByDefault = true };

    protected GlobalPool2DType(string name, params IReadOnlyList<string> kerasNames)
        : base(name, kerasNames, Bind(_keepDims, pool => pool.KeepDims))
    {
    }

    protected sealed override TSpec Read(string name, SettingReader settings) => Create(name, settings.Get(_keepDims));

    protected override LayerShapes Infer(TSpec layer, ShapeScope scope)
    {
        int channels = scope.Image(Name).Channels;
        return new LayerShapes(layer.KeepDims ? new TensorShape(1, 1, channels) : TensorShape.Flat(channels));
    }

    protected abstract TSpec Create(string name, bool keepDims);
}
