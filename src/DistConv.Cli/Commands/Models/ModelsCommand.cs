using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Core.Models;

namespace DistConv.Cli.Commands.Models;

/// <summary><c>distconv models</c>: the built-in models, and what is in a model file.</summary>
internal static class ModelsCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CliContext context) => new DocumentedCommand(
        "models", "List the built-in models, show one, and check a model file.", "distconv models list", "distconv models show lenet5",
            "distconv models check FILE.json")
    {
        ModelsListCommand.Create(context),
        ModelsShowCommand.Create(context),
        ModelsCheckCommand.Create(context),
    };

    /// <summary>What programs are told of any model.</summary>
    public static JsonObject ToJson(ModelPlan plan) => new()
    {
        ["name"] = plan.Model.Name,
        ["input"] = JsonLine.Array<int>([plan.Model.Input.Height, plan.Model.Input.Width, plan.Model.Input.Channels], size => size),
        ["classes"] = plan.Classes,
        ["output"] = plan.OutputKind.ToString().ToLowerInvariant(),
        ["outputs"] = plan.Output.Size,
        ["parameters"] = plan.Parameters,
        ["nonTrainableParameters"] = plan.StateValues,
        ["trainingFlopsPerSample"] = plan.TrainingFlops,
    };
}
