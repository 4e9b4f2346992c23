using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core.Models;

namespace DistConv.Cli.Commands.Models;

/// <summary><c>distconv models list</c>.</summary>
internal static class ModelsListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command =
            new("list", "List the built-in models: input, parameters, and millions of operations of a training step a sample.", "distconv models list");
        Option<bool> json = CommonOptions.Json();
        command.Add(json);
        command.SetAction(parsed => Run(parsed.GetValue(json), context.Output));
        return command;
    }

    private static int Run(bool json, IConsoleOutput output)
    {
        TextTable table = new("NAME", "INPUT", " PARAMETERS", " MFLOP/SAMPLE", "WHAT IT IS");
        JsonArray items = [];
        foreach (ModelPlan plan in BuiltInModels.All.Select(model => model.Infer()))
        {
            string name = plan.Model.Name, description = BuiltInModels.Describe(name)!;
            table.Add(name, plan.Model.Input.ToString(), Format.Count(plan.Parameters), $"{plan.TrainingFlops / 1e6:N1}", description);
            JsonObject item = ModelsCommand.ToJson(plan);
            item["description"] = description;
            items.Add(item);
        }

        if (json) JsonLine.Write(output, new JsonObject { ["models"] = items });
        else output.Result(table);
        return ExitCodes.Done;
    }
}
