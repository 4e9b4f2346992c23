using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Filters.Explanations;
using DistConv.Images.Drawing;

namespace DistConv.Cli.Commands.Explain;

/// <summary>Writes topics.</summary>
/// <param name="output">Where to.</param>
/// <param name="json">As JSON instead of text.</param>
internal sealed class TopicReport(IConsoleOutput output, bool json)
{
    /// <summary>All topics, a line each.</summary>
    public void List()
    {
        if (json)
        {
            JsonLine.Write(output, new JsonObject
            {
                ["topics"] = JsonLine.Array(Topic.All, topic => new JsonObject { ["topic"] = topic.Name, ["summary"] = topic.Summary }),
            });
            return;
        }

        output.Result("distconv explain TOPIC explains one of these; a question in quotes works as well:");
        int width = Topic.All.Max(topic => topic.Name.Length);
        foreach (Topic topic in Topic.All) output.Result($"  {topic.Name.PadRight(width)}  {topic.Summary}");
        output.Result("Layers (\"Conv2D(32, (3, 3))\" --input 28,28,1), models and jobs are explained with their own numbers.");
    }

    /// <summary>One topic.</summary>
    /// <param name="asked">The question.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="file">Where its picture goes; null: there is none.</param>
    public void Show(string asked, Topic topic, string? file)
    {
        Figure? figure = TopicFigure.Of(topic);
        if (file is not null && figure is null) throw new InvalidInputException($"there is no picture for the topic {topic.Name}: leave --out out");
        if (file is not null) figure!.Save(file);
        if (json)
        {
            JsonLine.Write(output, ToJson(asked, topic, file));
            return;
        }

        output.Result(topic.Title);
        ExplainText.Write(output, topic.Sections);
        output.Result($"\n{TextWrap.Wrap($"See also: {string.Join(", ", topic.See)}", ExplainText.Width)}");
        if (file is not null) output.Result($"The picture is in {file}");
        else if (figure is not null) output.Result($"A picture: distconv explain {Format.ShellWord(topic.Name)} --out FILE.png");
    }

    private static JsonObject ToJson(string asked, Topic topic, string? file) => new()
    {
        ["asked"] = asked,
        ["topic"] = topic.Name,
        ["title"] = topic.Title,
        ["text"] = ExplainText.ToJson(topic.Sections),
        ["see"] = JsonLine.Array(topic.See, name => name),
        ["picture"] = file is null ? null : Path.GetFullPath(file),
    };
}
