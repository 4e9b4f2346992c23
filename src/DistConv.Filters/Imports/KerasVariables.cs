using System.Text.RegularExpressions;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;

namespace DistConv.Filters.Imports;

/// <summary>
/// Weights as Keras 3 writes them (keras/src/saving/saving_lib.py): the tensors of a layer are <c>layers/conv2d_1/vars/0</c> …, where the layer is named by its
/// class and its number among those of the class in its model, and a model inside the model has <c>layers</c> of its own. From 3.6 on <c>vars</c> has the
/// layer's own name as an attribute.
/// </summary>
internal static partial class KerasVariables
{
    private static readonly string[] _containers = ["layers", "_layer_checkpoint_dependencies"];

    /// <summary>The group with the layers; null: the file has another layout.</summary>
    public static H5Node? Layers(H5Node model) => _containers.Select(model.Find).FirstOrDefault(found => found is not null);

    /// <summary>Finds a tensor for each that a model needs.</summary>
    /// <param name="layers">The group with the layers.</param>
    /// <param name="wanted">What the model needs.</param>
    /// <param name="models">The models inside the model.</param>
    /// <param name="problems">Takes what does not fit.</param>
    /// <returns>The tensors, as many as are wanted; null where there is none.</returns>
    public static H5Tensor?[] Match(H5Node layers, IReadOnlyList<KerasWeight> wanted, IReadOnlyList<KerasInnerModel> models, List<string> problems)
    {
        Dictionary<string, H5Node?> groups = new(StringComparer.Ordinal) { [""] = layers };
        foreach (IGrouping<string, KerasInnerModel> around in models.GroupBy(model => Key(model.Path.SkipLast(1))))
        {
            if (!groups.TryGetValue(around.Key, out H5Node? container) || container is null) continue;
            foreach ((KerasInnerModel model, string name) in Numbered(around, model => model.ClassName))
                groups[Key(model.Path)] = container.Find(name) is { } group ? Layers(group) : null;
        }

        Dictionary<string, H5Node?> variables = [];
        HashSet<H5Tensor> used = [];
        foreach (IGrouping<string, KerasWeight> around in wanted.DistinctBy(weight => Key(weight.Path)).GroupBy(weight => Key(weight.Path.SkipLast(1))))
        {
            H5Node? container = groups.GetValueOrDefault(around.Key);
            Dictionary<string, H5Node> named = Named(container);
            foreach ((KerasWeight weight, string name) in Numbered(around, weight => weight.ClassName))
                variables[Key(weight.Path)] = named.GetValueOrDefault(weight.Path[^1]) ?? container?.Find(name)?.Find("vars");
        }

        H5Tensor?[] found = [.. wanted.Select(weight => variables[Key(weight.Path)]?.Tensors.FirstOrDefault(
            tensor => tensor.Path.EndsWith($"/{weight.Place}", StringComparison.Ordinal)))];
        foreach ((KerasWeight weight, H5Tensor? tensor) in wanted.Zip(found))
        {
            if (tensor is null) problems.Add($"tensor '{weight.Name}' is missing");
            else used.Add(tensor);
        }

        problems.AddRange(layers.All.Where(tensor => tensor.Shape.Count > 0 && !used.Contains(tensor)).Select(
            tensor => $"tensor {MessageText.Quote(tensor.Path)} of the file belongs to no layer of the model"));
        return found;
    }

    private static string Key(IEnumerable<string> path) => string.Join('\n', path);

    /// <summary>The groups of variables by the names of their layers, if the file has all of these names.</summary>
    private static Dictionary<string, H5Node> Named(H5Node? container)
    {
        Dictionary<string, H5Node> named = new(StringComparer.Ordinal);
        foreach (H5Node group in container?.Groups ?? [])
        {
            if (group.Find("vars") is { Tensors.Count: > 0 } variables && variables.Text("name") is { } name) named[name] = variables;
        }

        return named;
    }

    /// <summary>conv2d, conv2d_1, conv2d_2 …</summary>
    private static IEnumerable<(T Item, string Name)> Numbered<T>(IEnumerable<T> items, Func<T, string> classOf)
    {
        Dictionary<string, int> used = [];
        foreach (T item in items)
        {
            string name = SnakeCase(classOf(item));
            int number = used[name] = used.GetValueOrDefault(name, -1) + 1;
            yield return (item, number == 0 ? name : $"{name}_{number}");
        }
    }

    /// <summary>As keras/src/utils/naming.py: PReLU is p_re_lu.</summary>
    private static string SnakeCase(string className) =>
        SmallAndCapital().Replace(AnyAndWord().Replace(className, "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex AnyAndWord();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex SmallAndCapital();
}
