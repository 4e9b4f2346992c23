using System.Text.Json.Nodes;
using DistConv.Cli.Output;

namespace DistConv.Cli.Commands.Explain;

/// <summary>Sections of an explanation: headings at the margin, text below them indented.</summary>
internal static class ExplainText
{
    /// <summary>No line of text is longer.</summary>
    public const int Width = 80;

    /// <summary>Writes sections for people.</summary>
    public static void Write(IConsoleOutput output, IEnumerable<(string Heading, string Text)> sections)
    {
        foreach ((string heading, string text) in sections)
        {
            output.Result($"\n{heading}");
            output.Result(TextWrap.Wrap(string.Join('\n', text.Split('\n').Select(line => line.Length > 0 ? $"  {line}" : line)), Width, moreIndent: ""));
        }
    }

    /// <summary>Sections for programs.</summary>
    public static JsonArray ToJson(IEnumerable<(string Heading, string Text)> sections) =>
        JsonLine.Array(sections, section => new JsonObject { ["heading"] = section.Heading, ["text"] = section.Text });
}
