using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>
/// The graph of layers of a functional model, a Model of Keras 1 and 2. Its calls are written in a stable topological order: of those whose inputs are there,
/// the one whose layer the text lists first. Keras lists layers in such an order already.
/// </summary>
/// <param name="expansion">Takes the layers.</param>
/// <param name="scope">Where the model stands.</param>
internal sealed class KerasFunctional(KerasExpansion expansion, KerasScope scope)
{
    private readonly List<Layer> _layers = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

    /// <summary>Adds the layers.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="input">The entry that the model reads.</param>
    /// <returns>The entry that it gives.</returns>
    public int Add(JsonFields config, int input)
    {
        JsonElement list = config.Required("layers", "[...]");
        KerasExpansion.EnsureList(list, scope.Where);
        foreach (JsonElement layer in list.EnumerateArray()) Open(layer);
        string inputLayer = OneOf(config, "input_layers", "input", "takes one image", _layers.Where(layer => layer.IsInput));
        Call[] calls = Calls(inputLayer);
        int[][] reads = [.. calls.Select(call => call.Arguments.Select(reference => Resolve(reference, call, isOutput: false)).ToArray())];
        int output = Output(config, calls, reads);
        int[] values = new int[calls.Length];
        foreach (int i in Sort(calls, reads))
        {
            Call call = calls[i];
            int[] inputs = call.Layer.IsInput ? [input] : [.. reads[i].Select(read => values[read])];
            values[i] = expansion.AddCall(call.Layer.Text, scope, inputs, call.Constant, isRepeated: call.Number > 0);
        }

        return values[output];
    }

    private string Where(Layer layer) => $"{scope.Where}: layer {MessageText.Quote(layer.Name)} ({MessageText.Short(layer.ClassName)})";

    private void Open(JsonElement text)
    {
        string where = $"{scope.Where}: layer {_layers.Count + 1}";
        JsonFields fields = new(text, where);
        string className = fields.RequiredText(KerasObject.ClassName, "\"Conv2D\"");
        JsonElement config = fields.Required(KerasObject.Config, "{...}");
        string name = fields.Text(KerasObject.Name) ?? KerasObject.TextOf(config, KerasObject.Name) ?? fields.RequiredText(KerasObject.Name, "\"conv1\"");
        if (!_byName.TryAdd(name, _layers.Count))
        {
            throw new InvalidInputException(
                $"{where} {MessageText.Quote(name)} ({MessageText.Short(className)}): layer {_byName[name] + 1} has the same name; names must be unique");
        }

        _layers.Add(new Layer(text, name, className, KerasExpansion.IsModel(className, config), fields.Find(KerasObject.InboundNodes)));
    }

    /// <summary>The only layer that the model names as its input or output.</summary>
    private string OneOf(JsonFields config, string property, string what, string rule, IEnumerable<Layer> others)
    {
        string[] names = config.Find(property) is { } list
            ? [.. KerasReference.All(list).Select(reference => reference.Layer)]
            : [.. others.Select(layer => layer.Name)];
        if (names is [var only]) return _byName.ContainsKey(only) ? only : throw new InvalidInputException(
            $"{scope.Where}: {property} names {MessageText.Quote(only)}, and no layer is called so{Suggestion.DidYouMean(only, _byName.Keys)}");
        string shown = names.Length == 0 ? "" : $": {string.Join(", ", names.Take(4).Select(MessageText.Quote))}{(names.Length > 4 ? ", ..." : "")}";
        throw new InvalidInputException($"{scope.Where}: the model has {names.Length} {what}s{shown}; a model here {rule}");
    }

    private Call[] Calls(string inputLayer)
    {
        List<Call> calls = [];
        foreach (Layer layer in _layers)
        {
            layer.FirstCall = calls.Count;
            if (layer.Name == inputLayer) layer.IsInput = true;
            else if (layer.IsInput) throw new InvalidInputException(
                $"{Where(layer)}: is an input beside {MessageText.Quote(inputLayer)}; a model here takes one image");
            JsonElement[] nodes = layer.IsInput || layer.Nodes is not { ValueKind: JsonValueKind.Array } list ? [] : [.. list.EnumerateArray()];
            if (layer.IsInput) calls.Add(new Call(layer, 0, [], null));
            else if (nodes.Length == 0) throw new InvalidInputException(
                $"{Where(layer)}: reads nothing: its {KerasObject.InboundNodes} must name what it reads, for example [[[\"conv1\", 0, 0, {{}}]]]");
            if (calls.Count + nodes.Length > 2 * ModelLimits.MaxLayers)
                throw new InvalidInputException($"{Where(layer)}: is called {nodes.Length:N0} times; a model has at most {ModelLimits.MaxLayers:N0} layers");
            foreach ((int number, JsonElement node) in nodes.Index()) calls.Add(ReadCall(layer, number, node));
            layer.Calls = calls.Count - layer.FirstCall;
        }

        return [.. calls];
    }

    private Call ReadCall(Layer layer, int number, JsonElement node)
    {
        List<(double Value, int Place)> constants = [];
        List<KerasReference> arguments = KerasReference.All(node, constants);
        if (arguments.Count == 0) throw new InvalidInputException($"{Where(layer)}: reads nothing: {KerasObject.InboundNodes} names no layer");
        if (constants.Count > 1) throw new InvalidInputException($"{Where(layer)}: is called with {constants.Count} numbers; at most one is possible");
        return new Call(layer, number, arguments, constants is [var (value, place)] ? (value, place == 0) : null);
    }

    /// <summary>
    /// The call that a reference means. Keras counts the definition of a model inside the model as its first call: Keras 1 and 2 wherever they refer to it,
    /// Keras 3 in output_layers, and there only for functional models.
    /// </summary>
    private int Resolve(KerasReference reference, Call? reader, bool isOutput)
    {
        string where = reader is null ? scope.Where : Where(reader.Layer);
        string property = isOutput ? "output_layers" : KerasObject.InboundNodes;
        if (!_byName.TryGetValue(reference.Layer, out int index))
        {
            throw new InvalidInputException(
                $"{where}: {property} names {MessageText.Quote(reference.Layer)}, and no layer is called so"
                + Suggestion.DidYouMean(reference.Layer, _byName.Keys));
        }

        Layer layer = _layers[index];
        int call = reference.Call;
        bool countsDefinition = scope.Generation < 3 || (isOutput && layer.ClassName != "Sequential");
        if (layer.IsModel && call > 0 && (countsDefinition || call == layer.Calls)) call--;
        if (call < 0 || call >= layer.Calls)
        {
            throw new InvalidInputException(
                $"{where}: {property} names call {reference.Call} of {MessageText.Quote(layer.Name)}, which is called {layer.Calls} times (counted from 0)");
        }

        if (reference.Tensor != 0)
            throw new InvalidInputException($"{where}: reads output {reference.Tensor} of {MessageText.Quote(layer.Name)}; layers here have one, numbered 0");
        return layer.FirstCall + call;
    }

    private int Output(JsonFields config, Call[] calls, int[][] reads)
    {
        HashSet<int> read = [.. reads.SelectMany(sources => sources)];
        string name = OneOf(
            config, "output_layers", "output", "has one", calls.Index().Where(call => !read.Contains(call.Index)).Select(call => call.Item.Layer));
        KerasReference reference = config.Find("output_layers") is { } list ? KerasReference.All(list)[0] : new KerasReference(name, 0, 0);
        return Resolve(reference, reader: null, isOutput: config.Has("output_layers"));
    }

    private List<int> Sort(Call[] calls, int[][] reads)
    {
        List<int>[] readers = [.. reads.Select(_ => new List<int>())];
        int[] missing = [.. reads.Select(sources => sources.Length)];
        foreach ((int i, int[] sources) in reads.Index())
        {
            foreach (int source in sources) readers[source].Add(i);
        }

        PriorityQueue<int, int> ready = new(Enumerable.Range(0, calls.Length).Where(i => missing[i] == 0).Select(i => (i, i)));
        List<int> order = [];
        while (ready.TryDequeue(out int next, out _))
        {
            order.Add(next);
            foreach (int reader in readers[next])
            {
                if (--missing[reader] == 0) ready.Enqueue(reader, reader);
            }
        }

        if (order.Count == calls.Length) return order;
        int stuck = Enumerable.Range(0, calls.Length).Except(order).First();
        throw new InvalidInputException($"{Where(calls[stuck].Layer)}: it reads layers that wait for it: the inputs of layers form a circle");
    }

    /// <summary>A layer of the text.</summary>
    private sealed class Layer(JsonElement text, string name, string className, bool isModel, JsonElement? nodes)
    {
        public JsonElement Text => text;

        public string Name => name;

        public string ClassName => className;

        public bool IsModel => isModel;

        public JsonElement? Nodes => nodes;

        public bool IsInput { get; set; } = className == KerasVocabulary.InputClass;

        public int FirstCall { get; set; }

        public int Calls { get; set; }
    }

    /// <summary>A call of a layer.</summary>
    private sealed class Call(Layer layer, int number, List<KerasReference> arguments, (double Value, bool IsFirst)? constant)
    {
        public Layer Layer => layer;

        public int Number => number;

        public List<KerasReference> Arguments => arguments;

        public (double Value, bool IsFirst)? Constant => constant;
    }
}
