using DistConv.House.Tests.Checks;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DistConv.House.Tests.Observability;

/// <summary>YAML files of the repository, aliases and merge keys resolved.</summary>
internal static class Yaml
{
    /// <param name="path">The file, relative to the root.</param>
    public static YamlNode Read(string path)
    {
        YamlStream stream = [];
        stream.Load(new MergingParser(new Parser(new StringReader(Repository.Read(path)))));
        return stream.Documents.Single().RootNode;
    }

    /// <summary>The value of a key; null without it.</summary>
    public static YamlNode? Find(this YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : null;

    /// <summary>The text of a key; empty without it.</summary>
    public static string Text(this YamlNode node, string key) => (node.Find(key) as YamlScalarNode)?.Value ?? "";

    /// <summary>The elements of a key's list; none without it.</summary>
    public static IEnumerable<YamlNode> List(this YamlNode node, string key) => (node.Find(key) as YamlSequenceNode)?.Children ?? Enumerable.Empty<YamlNode>();

    /// <summary>The texts of a key's list.</summary>
    public static string[] Texts(this YamlNode node, string key) => [.. node.List(key).Select(element => ((YamlScalarNode)element).Value!)];

    /// <summary>The keys and values of a mapping, or of none.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Entries(this YamlNode? node) =>
        node is null ? [] : ((YamlMappingNode)node).Children.Select(entry => (((YamlScalarNode)entry.Key).Value!, entry.Value));
}
