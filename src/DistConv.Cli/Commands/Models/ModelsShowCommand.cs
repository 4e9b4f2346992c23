using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core.Models;

namespace DistConv.Cli.Commands.Models;

/// <summary><c>distconv models show</c>: a model's table, or its canonical JSON.</summary>
internal static class ModelsShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "show",
            "Show a model: each layer's output shape, parameters and operations. With --json also its text in DistConv's own vocabulary.",
            "distconv models show keras1-mnist-cnn",
            "distconv models show FILE.json --json");
        Argument<string> model = new("NAME|FILE") { Description = "A built-in model, or a .json file in DistConv's or Keras's vocabulary." };
        Option<bool> json = CommonOptions.Json();
        command.Add(model);
        command.Add(json);
        command.SetAction(parsed => Run(ModelSpec.Load(parsed.GetRequiredValue(model)).Infer(), parsed.GetValue(json), context.Output));
        return command;
    }

    private static int Run(ModelPlan plan, bool json, IConsoleOutput output)
    {
        if (!json)
        {
            output.Result(ModelSummary.Format(plan).TrimEnd('\n'));
            return ExitCodes.Done;
        }

        JsonObject value = ModelsCommand.ToJson(plan);
        value["model"] = JsonNode.Parse(plan.Model.ToJson());
        JsonLine.Write(output, value);
        return ExitCodes.Done;
    }
}
