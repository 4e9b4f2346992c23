using System.Xml.Linq;

namespace DistConv.House.Tests.Checks;

/// <summary>Which project of src may reference which. docs/architecture.md draws it.</summary>
internal static class ProjectReferences
{
    private static readonly string[] UpToImages = ["DistConv.Core", "DistConv.Training", "DistConv.Images"];
    private static readonly string[] UpToClient = [.. UpToImages, "DistConv.Filters", "DistConv.Grains", "DistConv.Client"];

    /// <summary>For each project the ones below it. A reference to anything else is refused, and so is a project that is not listed.</summary>
    private static readonly Dictionary<string, string[]> Below = new(StringComparer.Ordinal)
    {
        ["DistConv.Core"] = [],
        ["DistConv.Training"] = ["DistConv.Core"],
        ["DistConv.Images"] = ["DistConv.Core", "DistConv.Training"],
        ["DistConv.Filters"] = UpToImages,
        ["DistConv.Grains"] = UpToImages,
        ["DistConv.Client"] = [.. UpToImages, "DistConv.Filters", "DistConv.Grains"],
        ["DistConv.Silo"] = UpToClient,
        ["DistConv.Dashboard"] = UpToClient,
        ["DistConv.Cli"] = [.. UpToClient, "DistConv.Silo", "DistConv.Dashboard"],
    };

    public static IEnumerable<string> Wrong(string path, string text)
    {
        string project = Path.GetFileNameWithoutExtension(path);
        if (!Below.TryGetValue(project, out string[]? allowed))
        {
            return [$"{path}: {project} has no place yet: add it to ProjectReferences and to docs/architecture.md"];
        }
        return XDocument.Parse(text).Descendants("ProjectReference")
            .Select(element => (string?)element.Attribute("Include") ?? "")
            .Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))
            .Where(referenced => !allowed.Contains(referenced, StringComparer.Ordinal))
            .Select(referenced => $"{path}: {project} may not reference {referenced}");
    }
}
