using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>Walks through a model's layers with the shape, checking each against it. Products are formed in 128 bits before any is used as an int.</summary>
internal sealed class ShapeInference
{
    private readonly ModelSpec model;
    private readonly string source;
    private readonly IReadOnlyList<int> numbers;
    private readonly List<LayerPlan> plans = [];
    private TensorShape shape;
    private long parameters;

    private ShapeInference(ModelSpec model, string source, IReadOnlyList<int> numbers)
    {
        this.model = model;
        this.source = source;
        this.numbers = numbers;
        shape = model.Input;
    }

    /// <summary>Checks a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="numbers">What messages call the layers: their places in the text they were read from, or 1, 2, 3 ….</param>
    public static ModelPlan Run(ModelSpec model, string source, IReadOnlyList<int>? numbers = null)
    {
        numbers ??= [.. Enumerable.Range(1, model.Layers.Count)];
        LayerRules.CheckModel(model, source, numbers);
        ShapeInference inference = new(model, source, numbers);
        for (int i = 0; i < model.Layers.Count; i++) inference.Add(i);
        inference.CheckEnd();
        return new ModelPlan(model, inference.plans);
    }

    private void Add(int index)
    {
        LayerSpec layer = model.Layers[index];
        string where = LayerRules.Where(source, numbers[index], layer);
        LayerRules.CheckLayer(layer, where);
        bool last = index == model.Layers.Count - 1;
        LayerPlan plan = layer switch
        {
            Conv2DSpec conv => Convolution(conv, where),
            DenseSpec dense => Dense(dense, where, last),
            Pool2DSpec pool => Pooling(pool, where),
            GlobalAvgPool2DSpec => Plain(layer, TensorShape.Flat(Image(where, layer.Type).Channels)),
            FlattenSpec => Plain(layer, TensorShape.Flat(shape.Size)),
            SoftmaxSpec => Softmax(layer, where, last),
            ReluSpec or DropoutSpec => Plain(layer, shape),
            _ => throw new InvalidInputException($"{where}: layers of the .NET type {layer.GetType().Name} are unknown"),
        };
        parameters += plan.Parameters;
        shape = plan.Output;
        plans.Add(plan);
    }

    private LayerPlan Convolution(Conv2DSpec conv, string where)
    {
        TensorShape input = Image(where, conv.Type);
        CheckWindow(where, "kernel", conv.KernelH, conv.KernelW, conv.Padding);
        if (conv.Activation == Activation.Softmax) throw SoftmaxNotLast(where);
        CheckParameters(where, (Int128)conv.KernelH * conv.KernelW * input.Channels, conv.Filters, conv.UseBias);
        Conv2DShape geometry = conv.Shape(input);
        CheckActivation(where, geometry.Output);
        return Learned(conv, geometry.Output, geometry.KernelSize, conv.UseBias ? conv.Filters : 0, geometry.MultiplyAdds);
    }

    private LayerPlan Dense(DenseSpec dense, string where, bool last)
    {
        if (!shape.IsFlat)
            throw new InvalidInputException($"{where}: needs a flat input such as ({shape.Size}), but its input is {shape}; put a flatten layer before it");
        if (dense.Activation == Activation.Softmax && !last) throw SoftmaxNotLast(where);
        CheckParameters(where, shape.Size, dense.Units, dense.UseBias);
        DenseShape geometry = dense.Shape(shape);
        return Learned(dense, geometry.Output, geometry.KernelSize, dense.UseBias ? dense.Units : 0, geometry.MultiplyAdds);
    }

    private LayerPlan Pooling(Pool2DSpec pool, string where)
    {
        Image(where, pool.Type);
        CheckWindow(where, "pool", pool.PoolH, pool.PoolW, pool.Padding);
        return Plain(pool, pool.Shape(shape).Output);
    }

    private LayerPlan Softmax(LayerSpec layer, string where, bool last)
    {
        if (!last) throw SoftmaxNotLast(where);
        if (!shape.IsFlat)
            throw new InvalidInputException($"{where}: needs a flat input such as (10), but its input is {shape}; put flatten and dense before it");
        return Plain(layer, shape);
    }

    private LayerPlan Plain(LayerSpec layer, TensorShape output) => Learned(layer, output, 0, 0, 0);

    private LayerPlan Learned(LayerSpec layer, TensorShape output, long kernel, long bias, long multiplyAdds) =>
        new(layer, shape, output, kernel, bias, multiplyAdds, NeedsInputGradient: parameters > 0);

    private TensorShape Image(string where, string type)
    {
        if (!shape.IsFlat) return shape;
        LayerPlan flattened = plans.First(plan => plan.Output.IsFlat);
        throw new InvalidInputException(
            $"{where}: needs an input (height, width, channels), but its input is {shape}; put {type} before {flattened.Layer.Type} '{flattened.Layer.Name}', "
            + $"whose input is {flattened.Input}");
    }

    private void CheckWindow(string where, string what, int windowH, int windowW, Padding padding)
    {
        // 'same' lets a window reach over the border on both sides; taps further out than that never meet a value.
        bool same = padding == Padding.Same;
        int maxH = same ? 2 * shape.Height - 1 : shape.Height;
        int maxW = same ? 2 * shape.Width - 1 : shape.Width;
        if (windowH <= maxH && windowW <= maxW) return;
        throw new InvalidInputException(
            $"{where}: {what} {windowH}x{windowW} is larger than its input {shape}; with padding '{(same ? "same" : "valid")}' at most {maxH}x{maxW} fits");
    }

    private void CheckParameters(string where, Int128 fanIn, int outputs, bool useBias)
    {
        Int128 own = fanIn * outputs + (useBias ? outputs : 0);
        if (parameters + own <= ModelLimits.MaxParameters) return;
        string before = parameters > 0 ? $" after {parameters:N0} of the layers before it" : "";
        throw new InvalidInputException(
            $"{where}: {outputs:N0} outputs from the input {shape} make {(decimal)own:N0} parameters{before}; a model has at most "
                + $"{ModelLimits.MaxParameters:N0}");
    }

    private void CheckActivation(string where, TensorShape output)
    {
        long values = (long)output.Height * output.Width * output.Channels;
        if (values <= ModelLimits.MaxActivation) return;
        throw new InvalidInputException(
            $"{where}: from the input {shape} it makes an output {output} of {values:N0} values a sample; at most {ModelLimits.MaxActivation:N0} are possible");
    }

    private void CheckEnd()
    {
        int index = plans.Count - 1;
        LayerSpec layer = model.Layers[index];
        string where = LayerRules.Where(source, numbers[index], layer);
        if (layer is not (SoftmaxSpec or DenseSpec { Activation: Activation.Softmax }))
        {
            throw new InvalidInputException(
                $"{where}: the model must end with a softmax over at least 2 classes, but ends with {layer.Type} and the output {shape}; "
                + "end it with a dense layer that has \"activation\": \"softmax\"");
        }

        if (shape.Size < 2)
            throw new InvalidInputException($"{where}: the model must end with a softmax over at least 2 classes, but its output is {shape}");
        if (parameters == 0) throw new InvalidInputException($"{source}: the model has nothing to learn; add a conv2d or a dense layer");
    }

    private InvalidInputException SoftmaxNotLast(string where) =>
        new($"{where}: softmax belongs to the last layer (layer {numbers[^1]}), on a dense layer or as a layer of its own");
}
