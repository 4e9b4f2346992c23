using System.Text.RegularExpressions;
using DistConv.Core.Reading;

namespace DistConv.Filters.Imports;

/// <summary>
/// Weights as Keras 1 and 2 and tf.keras write them into .h5 files, and Keras 3 into whole models: a group for each layer of the model, named in the attribute
/// <c>layer_names</c>, with its tensors named in <c>weight_names</c>. The group of a model inside the model has all its trained tensors and then all others.
/// </summary>
internal static partial class KerasLegacyWeights
{
    private const string LayerNames = "layer_names";
    private const string WeightNames = "weight_names";

    /// <summary>Keras 1's endings, and the roles that they are today.</summary>
    private static readonly (string Ending, string Role)[] _oldRoles =
    [
        ("_depthwise_kernel", "depthwise_kernel"), ("_pointwise_kernel", "pointwise_kernel"),
        ("_W", "kernel"), ("_b", "bias"), ("_gamma", "gamma"), ("_beta", "beta"), ("_running_mean", "moving_mean"), ("_running_std", "moving_variance"),
        ("_alphas", "alpha"),
    ];

    private static readonly string[] _states = ["moving_mean", "moving_variance", "mean", "variance"];

    /// <summary>The group with the layers; null: the file has another layout.</summary>
    public static H5Node? Layers(H5Node root) =>
        root.Group.AttributeExists(LayerNames) ? root : root.Find("model_weights") is { } inner && inner.Group.AttributeExists(LayerNames) ? inner : null;

    /// <summary>Finds a tensor for each that a model needs: by the names of layer and role; where no layer is called so, by the order.</summary>
    /// <param name="layers">The group with the layers.</param>
    /// <param name="wanted">What the model needs.</param>
    /// <param name="problems">Takes what does not fit.</param>
    /// <returns>The tensors, as many as are wanted; null where there is none.</returns>
    public static H5Tensor?[] Match(H5Node layers, IReadOnlyList<KerasWeight> wanted, List<string> problems)
    {
        string[] names = layers.Texts(LayerNames);
        Group[] groups = [.. names.Distinct().Select(name => Read(layers, name)).Where(group => group.Tensors.Count > 0)];
        (string Name, int[] Places)[] needs = [.. wanted.Index().GroupBy(one => one.Item.Path[0]).Select(one => (one.Key, one.Select(w => w.Index).ToArray()))];
        H5Tensor?[] found = new H5Tensor?[wanted.Count];
        bool byName = needs.Any(need => groups.Any(group => group.Name == need.Name));
        foreach ((int i, (string name, int[] places)) in needs.Index())
        {
            Group? group = byName ? groups.FirstOrDefault(one => one.Name == name) : groups.Length == needs.Length ? groups[i] : null;
            if (group is null) problems.Add($"layer {MessageText.Quote(name)} has no weights in the file, which has {List(groups.Select(one => one.Name))}");
            else Match(group, wanted, places, found, problems);
        }

        foreach (Group group in groups.Where(group => byName && needs.All(need => need.Name != group.Name) && group.Tensors.Any(tensor => tensor.IsWeight)))
            problems.Add($"layer {MessageText.Quote(group.Name)} of the file is no layer with weights of the model");
        return found;
    }

    private static void Match(Group group, IReadOnlyList<KerasWeight> wanted, int[] places, H5Tensor?[] found, List<string> problems)
    {
        List<Entry> left = [.. group.Tensors];
        foreach (int place in places)
        {
            KerasWeight weight = wanted[place];
            string layer = weight.Path[^1];
            Entry? entry = left.Find(one => one.Layer == layer && one.Role == weight.Role)
                ?? (weight.Path.Count == 1 ? left.Find(one => one.Role == weight.Role) : null);
            if (entry is not null) left.Remove(entry);
            found[place] = entry?.Tensor;
        }

        int[] missing = [.. places.Where(place => found[place] is null)];
        Entry[] rest = [.. left.Where(entry => entry.IsWeight)];
        if (missing.Length == rest.Length && rest.Length > 0)
        {
            // Renamed layers: by the order, in which the tensors that Keras did not train come last.
            int[] order = [.. missing.OrderBy(place => wanted[place].IsFrozen || _states.Contains(wanted[place].Role) ? 1 : 0)];
            foreach ((int place, Entry entry) in order.Zip(rest)) found[place] = entry.Tensor;
            return;
        }

        problems.AddRange(missing.Select(place => $"tensor '{wanted[place].Name}' is missing; its group has {List(group.Tensors.Select(one => one.Name))}"));
        problems.AddRange(rest.Select(entry => $"tensor {MessageText.Quote(entry.Name)} of the file belongs to no layer of the model"));
    }

    private static Group Read(H5Node layers, string name)
    {
        if (layers.Find(name) is not { } node) return new Group(name, []);
        Dictionary<string, H5Tensor> byPath = node.All.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);
        string start = node.All.FirstOrDefault()?.Path is { } any ? any[..(any.IndexOf($"/{name}/", StringComparison.Ordinal) + name.Length + 2)] : "";
        IEnumerable<Entry?> entries = node.Texts(WeightNames).Select(
            weight => byPath.TryGetValue(start + weight, out H5Tensor? tensor) ? Parse(weight, name, tensor) : null);
        return new Group(name, [.. entries.OfType<Entry>()]);
    }

    /// <summary>"conv2d_1/kernel:0", "conv2d_1_W:0", "kernel".</summary>
    private static Entry Parse(string weight, string group, H5Tensor tensor)
    {
        string[] parts = Number().Replace(weight, "").Split('/');
        string role = parts[^1], layer = parts.Length > 1 ? parts[^2] : group;
        foreach ((string ending, string today) in _oldRoles)
        {
            if (role.EndsWith(ending, StringComparison.Ordinal) && role.Length > ending.Length && role != "depthwise_b")
                return new Entry(weight, role[..^ending.Length], today, tensor);
        }

        return new Entry(weight, layer, Repeated().Replace(role, ""), tensor);
    }

    private static string List(IEnumerable<string> names)
    {
        const int Shown = 8;
        string[] all = [.. names];
        string first = string.Join(", ", all.Take(Shown).Select(MessageText.Short));
        return all.Length switch { 0 => "none", > Shown => $"{first} and {all.Length - Shown} more", _ => first };
    }

    [GeneratedRegex(@":\d+$")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?<=^[a-z_]*[a-z])_\d+$")]
    private static partial Regex Repeated();

    private sealed record Group(string Name, IReadOnlyList<Entry> Tensors);

    private sealed record Entry(string Name, string Layer, string Role, H5Tensor Tensor)
    {
        /// <summary>Not a count of steps or samples, which no model needs.</summary>
        public bool IsWeight => Role != "count" && Tensor.Shape.Count > 0;
    }
}
