using DistConv.Core.Models.Keras;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>Reads one layer whose properties have our names.</summary>
internal static class LayerReader
{
    public static LayerSpec Read(JsonFields fields, string type, string name, ModelNotes notes)
    {
        JsonFields checkedFields = type == LayerTypes.Conv2D ? fields.Without(property => property is KerasVocabulary.Rows or KerasVocabulary.Columns) : fields;
        checkedFields.OnlyKnown(KerasVocabulary.Known(type), KerasVocabulary.Spellings(type), KerasVocabulary.More);
        return type switch
        {
            LayerTypes.Conv2D => ReadConvolution(fields, name, notes),
            LayerTypes.Dense => new DenseSpec(
                name,
                fields.RequiredWhole("units", "128"),
                fields.Choice("activation", Activation.Linear),
                fields.Initializer("kernelInitializer", InitializerRules.DefaultKernel, notes),
                fields.Initializer("biasInitializer", InitializerRules.DefaultBias, notes),
                fields.Flag("useBias", true)),
            LayerTypes.MaxPool2D or LayerTypes.AvgPool2D => ReadPooling(fields, type, name),
            LayerTypes.GlobalAvgPool2D => new GlobalAvgPool2DSpec(name),
            LayerTypes.Flatten => new FlattenSpec(name),
            LayerTypes.Relu => new ReluSpec(name),
            LayerTypes.Softmax => new SoftmaxSpec(name),
            LayerTypes.Dropout => new DropoutSpec(name, ReadRate(fields)),
            _ => throw new InvalidOperationException($"no reader for layers of type {type}"),
        };
    }

    private static double ReadRate(JsonFields fields)
    {
        double rate = fields.RequiredNumber("rate", "0.25");
        return rate is >= 0 and < 1 ? rate : throw fields.WrongType("rate", "at least 0 and less than 1", fields.Required("rate", "0.25"));
    }

    private static Conv2DSpec ReadConvolution(JsonFields fields, string name, ModelNotes notes)
    {
        int filters = fields.RequiredWhole("filters", "32");
        (int kernelH, int kernelW) = ReadKernel(fields, notes);
        (int strideH, int strideW) = fields.Pair("strides", (1, 1));
        return new Conv2DSpec(
            name,
            filters,
            kernelH,
            kernelW,
            strideH,
            strideW,
            fields.Choice("padding", Padding.Valid),
            fields.Choice("activation", Activation.Linear),
            fields.Initializer("kernelInitializer", InitializerRules.DefaultKernel, notes),
            fields.Initializer("biasInitializer", InitializerRules.DefaultBias, notes),
            fields.Flag("useBias", true));
    }

    /// <summary>One property, or Keras 1's two.</summary>
    private static (int Height, int Width) ReadKernel(JsonFields fields, ModelNotes notes)
    {
        if (!fields.Has(KerasVocabulary.Rows) && !fields.Has(KerasVocabulary.Columns)) return fields.RequiredPair("kernel", "[3, 3]");
        string side = fields.Has(KerasVocabulary.Rows) ? KerasVocabulary.Rows : KerasVocabulary.Columns;
        if (fields.Has("kernel")) fields.Without(property => property is not "kernel" && property != side).Renamed(_ => "kernel"); // Refuses: said twice.
        notes.Translate($"{KerasVocabulary.Rows}, {KerasVocabulary.Columns}", "kernel");
        return (fields.RequiredWhole(KerasVocabulary.Rows, "3"), fields.RequiredWhole(KerasVocabulary.Columns, "3"));
    }

    private static Pool2DSpec ReadPooling(JsonFields fields, string type, string name)
    {
        (int poolH, int poolW) = fields.Pair("pool", (2, 2));
        (int strideH, int strideW) = fields.Pair("strides", (poolH, poolW));
        Padding padding = fields.Choice("padding", Padding.Valid);
        return type == LayerTypes.MaxPool2D
            ? new MaxPool2DSpec(name, poolH, poolW, strideH, strideW, padding)
            : new AvgPool2DSpec(name, poolH, poolW, strideH, strideW, padding);
    }
}
