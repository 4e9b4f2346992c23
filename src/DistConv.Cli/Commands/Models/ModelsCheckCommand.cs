using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Core.Models;

namespace DistConv.Cli.Commands.Models;

/// <summary><c>distconv models check</c>: whether a model file can be trained, and how it was understood.</summary>
internal static class ModelsCheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "check",
            "Check a model file without training it: DistConv's own JSON, or a model of Keras 1, 2 or 3: what to_json() writes, or a .keras file.",
            "distconv models check FILE.json",
            "distconv models check FILE.json --json");
        Argument<string> file = new("FILE") { Description = "The .json or .keras file." };
        Option<bool> json = CommonOptions.Json();
        command.Add(file);
        command.Add(json);
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(json), context.Output));
        return command;
    }

    private static int Run(string file, bool json, IConsoleOutput output)
    {
        ModelReading reading;
        try
        {
            reading = ModelReading.Load(file);
        }
        catch (InvalidInputException e) when (!json && e.Problems.Count > 1)
        {
            foreach (SettingProblem problem in e.Problems) output.Result($"{problem.Setting}: {problem.Problem}");
            throw;
        }

        ModelPlan plan = reading.Model.Infer();
        if (json)
        {
            JsonObject value = ModelsCommand.ToJson(plan);
            value["ok"] = true;
            value["format"] = reading.Format;
            value["translated"] = JsonLine.Array(reading.Translated, text => text);
            value["ignored"] = JsonLine.Array(reading.Ignored, text => text);
            value["decided"] = JsonLine.Array(reading.Decided, text => text);
            JsonLine.Write(output, value);
            return ExitCodes.Done;
        }

        output.Result($"ok: {file} ({reading.Format}, {Format.Plural(plan.Parameters, "parameter")})");
        output.Result(ModelSummary.Format(plan).TrimEnd('\n'));
        if (reading.Translated.Count > 0) output.Result($"translated: {string.Join(", ", reading.Translated)}");
        if (reading.Ignored.Count > 0) output.Result($"no effect:  {string.Join(", ", reading.Ignored)}");
        foreach (string rule in reading.Decided) output.Result($"decided:    {rule}");
        output.Result($"train it with: distconv train --model {Format.ShellWord(file)}");
        return ExitCodes.Done;
    }
}
