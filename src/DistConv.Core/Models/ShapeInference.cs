using DistConv.Core.Layers;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>Walks through a model's layers with their shapes, checking each against its inputs. Products are formed in 128 bits before any is used as an
/// int. A layer that does not fit does not end the walk: those that do not depend on it are checked, too.</summary>
internal sealed class ShapeInference
{
    private readonly ModelSpec _model;
    private readonly string _source;
    private readonly IReadOnlyList<int> _numbers;
    private readonly ModelGraph _graph;
    private readonly LayerPlan?[] _plans;
    private LayerPlan? _flattened;
    private long _parameters;

    private ShapeInference(ModelSpec model, string source, IReadOnlyList<int> numbers, ModelGraph graph) =>
        (_model, _source, _numbers, _graph, _plans) = (model, source, numbers, graph, new LayerPlan?[model.Layers.Count]);

    /// <summary>Checks a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="numbers">What messages call the layers: their places in the text they were read from, or 1, 2, 3 ….</param>
    /// <exception cref="InvalidInputException">Something is wrong; the message lists all of it.</exception>
    public static ModelPlan Run(ModelSpec model, string source, IReadOnlyList<int>? numbers = null)
    {
        numbers ??= [.. Enumerable.Range(1, model.Layers.Count)];
        ModelRules.CheckModel(model, source);
        ProblemList problems = new(source);
        ModelRules.CheckNames(model.Layers, source, numbers, problems);
        if ((problems.IsEmpty ? ModelGraph.Of(model, source, numbers, problems) : null) is not { } graph) throw WithSettings(model, source, numbers, problems);
        ShapeInference inference = new(model, source, numbers, graph);
        for (int place = 0; place < model.Layers.Count; place++) inference.Add(place, problems);
        problems.ThrowIfAny();
        inference.CheckEnd();
        inference.MarkOutput();
        return new ModelPlan(model, [.. inference._plans.Select(plan => plan!)]);
    }

    /// <summary>Names are wrong, or what layers read: then no shape is known, but each layer's own settings are.</summary>
    private static InvalidInputException WithSettings(ModelSpec model, string source, IReadOnlyList<int> numbers, ProblemList problems)
    {
        foreach ((int i, LayerSpec layer) in model.Layers.Index())
            problems.Try(() => CheckSettings(layer, ModelRules.Where(source, numbers[i], layer)));
        return problems.ToException();
    }

    private static void CheckSettings(LayerSpec layer, string where)
    {
        layer.Kind.Check(layer, where);
        TensorRuleSettings.Check(layer, where);
    }

    private void Add(int place, ProblemList problems)
    {
        (LayerSpec layer, string where) = At(place);
        if (!problems.Try(() =>
        {
            CheckSettings(layer, where);
            return true;
        }))
        {
            return;
        }

        IReadOnlyList<int> sources = _graph.Sources[place];
        if (sources.All(source => source == ModelGraph.Input || _plans[source] is not null)) problems.Try(() => Infer(layer, where, place, sources));
    }

    private void Infer(LayerSpec layer, string where, int place, IReadOnlyList<int> sources)
    {
        LayerType type = layer.Kind;
        TensorShape[] inputs = [.. sources.Select(source => source == ModelGraph.Input ? _model.Input : _plans[source]!.Output)];
        if (inputs.Length < type.MinInputs || inputs.Length > type.MaxInputs)
        {
            string takes = type.MaxInputs == 1 ? "one input" : $"{(type.MaxInputs == type.MinInputs ? "exactly" : "at least")} {type.MinInputs} inputs";
            throw new InvalidInputException($"{where}: {type.Name} takes {takes}; it has {inputs.Length}");
        }

        int last = _graph.Order[^1];
        ShapeScope scope = new(where, inputs, _numbers[last], place == _model.Layers.Count - 1, _parameters, _flattened);
        LayerShapes shapes = type.Infer(layer, scope);
        bool learnsBelow = sources.Any(source => source != ModelGraph.Input && _plans[source] is { NeedsInputGradient: true } or { Parameters: > 0 });
        IReadOnlyList<TensorPlan> tensors = layer.IsTrainable ? [.. shapes.Tensors.Select(layer.Rules.On)] : [.. shapes.Tensors.Select(Frozen)];
        TensorRuleSettings.CheckAxes(tensors, where);
        _parameters += shapes.Tensors.Where(tensor => !tensor.IsState).Sum(tensor => tensor.Length);
        LayerPlan plan = new(layer, inputs, sources, shapes.Output, tensors, shapes.MultiplyAddsForward, learnsBelow);
        if (plan.Output.IsFlat) _flattened ??= plan;
        _plans[place] = plan;
    }

    /// <summary>What is not trained stands with the state: no gradient, slot or norm counts it.</summary>
    private static TensorPlan Frozen(TensorPlan tensor) => tensor.IsState ? tensor : tensor with { IsState = true, IsFrozen = true };

    private (LayerSpec Layer, string Where) At(int place)
    {
        int index = _graph.Order[place];
        return (_model.Layers[index], ModelRules.Where(_source, _numbers[index], _model.Layers[index]));
    }

    private void CheckEnd()
    {
        (LayerSpec layer, string where) = At(_plans.Length - 1);
        TensorShape shape = _plans[^1]!.Output;
        if (!shape.IsFlat)
        {
            throw new InvalidInputException(
                $"{where}: the model must end in a list of values, but ends with {layer.Type} and the output {shape}; put flatten and a dense layer behind it");
        }

        if (layer.EndsAs == OutputKind.Softmax && shape.Size < 2)
            throw new InvalidInputException(
                $"{where}: a softmax at the end needs at least 2 classes, but its output is {shape}; give 2 units, or one with a sigmoid");
        if (_parameters == 0) throw new InvalidInputException($"{_source}: the model has nothing to learn; add a conv2d or a dense layer");
    }

    /// <summary>Finds the layer that makes the output: a softmax or sigmoid of single values, maybe before layers that only change the shape; otherwise the
    /// last.</summary>
    private void MarkOutput()
    {
        int place = _plans.Length - 1;
        while (_plans[place]! is { Layer.EndsAs: OutputKind.Values, Sources: [>= 0 and var source] } && IsReshaping(_plans[place]!) && IsReadOnce(source))
            place = source;
        LayerPlan found = _plans[place]!;
        if (found.Layer.EndsAs == OutputKind.Values || found.Output is not { Height: 1, Width: 1 }) place = _plans.Length - 1;
        _plans[place] = _plans[place]! with { IsOutput = true };
    }

    private static bool IsReshaping(LayerPlan plan) => plan.Layer.Kind.Traits(plan, afterRelu: false).IsIdentity;

    private bool IsReadOnce(int place) => _plans.Count(plan => plan!.Sources.Contains(place)) == 1;
}
