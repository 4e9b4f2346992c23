using DistConv.Core.Layers;
using DistConv.Core.Reading;

namespace DistConv.Core.Models;

/// <summary>The names of a model's layers.</summary>
/// <param name="taken">Names that layers have already.</param>
internal sealed class LayerNaming(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ordinals = [];

    /// <summary>The given name, or the next free one of the type: conv1, conv2 ….</summary>
    public string Of(string type, string? given)
    {
        int ordinal = _ordinals[type] = _ordinals.GetValueOrDefault(type) + 1;
        if (given is not null) return given;
        string prefix = LayerTypes.Find(type)!.NamePrefix, name = $"{prefix}{ordinal}";
        while (!_taken.Add(name)) name = $"{prefix}{++ordinal}";
        return name;
    }

    /// <summary>"conv1_elu": the name of a layer's activation.</summary>
    public string After(string layer, LayerType activation)
    {
        string ending = $"_{activation.Name}", name = layer[..int.Min(layer.Length, ModelLimits.MaxNameLength - ending.Length)] + ending;
        for (int i = 2; !_taken.Add(name); i++) name = $"{layer[..int.Min(layer.Length, ModelLimits.MaxNameLength - ending.Length - 4)]}{ending}{i}";
        return name;
    }

    /// <summary>
    /// A name of ours for one of Keras's: behind those of the models around the layer, with points between them, '-' for what a name cannot have, and a number
    /// where it would be there twice.
    /// </summary>
    public string OfKeras(IReadOnlyList<string> path)
    {
        string joined = string.Join('.', path).TrimStart('_', '-', '.');
        char[] legal = [.. joined.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '-')];
        string name = new(legal.AsSpan(Math.Max(0, legal.Length - ModelLimits.MaxNameLength)));
        name = name.TrimStart('_', '-', '.');
        if (name.Length == 0) name = "layer";
        string free = name;
        for (int number = 2; !_taken.Add(free); number++)
        {
            string ending = $"_{number}";
            free = name[..Math.Min(name.Length, ModelLimits.MaxNameLength - ending.Length)] + ending;
        }

        return free;
    }
}
