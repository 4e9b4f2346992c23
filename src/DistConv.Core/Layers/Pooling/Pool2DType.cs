using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Pooling;

/// <summary>What the pooling layers with a window share.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
internal abstract class Pool2DType<TSpec> : LayerType<TSpec>
    where TSpec : Pool2DSpec
{
    private static readonly SizePairSetting _pool = new("pool") { KerasNames = ["pool_size"], Default = (2, 2) };
    private static readonly SizePairSetting _strides = new("strides") { KerasNames = ["subsample"], NullIsDefault = true };
    private static readonly ChoiceSetting<Padding> _padding = new("padding") { KerasNames = ["border_mode"] };

    protected Pool2DType(string name, params IReadOnlyList<string> kerasNames)
        : base(
            name,
            kerasNames,
            Bind(_pool, pool => (pool.PoolH, pool.PoolW)),
            Bind(_strides, pool => (pool.StrideH, pool.StrideW)),
            Bind(_padding, pool => pool.Padding))
    {
    }

    protected sealed override TSpec Read(string name, SettingReader settings)
    {
        (int Height, int Width) pool = settings.Get(_pool);
        return Create(name, pool, _strides.Read(settings.Fields, pool), settings.Get(_padding));
    }

    protected sealed override LayerShapes Infer(TSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Image(Name);
        scope.CheckWindow("pool", layer.PoolH, layer.PoolW, layer.Padding);
        return new LayerShapes(layer.Shape(input).Output);
    }

    protected abstract TSpec Create(string name, (int Height, int Width) pool, (int Height, int Width) strides, Padding padding);
}
