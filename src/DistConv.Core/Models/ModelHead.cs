using DistConv.Core.Layers;

namespace DistConv.Core.Models;

/// <summary>
/// The head of a model: the last layer whose number of units or filters the model says, and the layers with tensors behind it. Its outputs are the classes;
/// what stands before it can be used for other classes.
/// </summary>
/// <param name="Model">The model with the wanted number of outputs.</param>
/// <param name="Layers">Names of the head's layers that have tensors, the first one first.</param>
public sealed record ModelHead(ModelSpec Model, IReadOnlyList<string> Layers)
{
    /// <summary>Gives a model a head with another number of outputs. The head's layers are trained, even if the model has them frozen.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="outputs">How many, at least 1.</param>
    /// <returns>The model and its head.</returns>
    /// <exception cref="InvalidInputException">No layer of its own makes the outputs: several branches meet behind the last layers with weights, or their
    /// number follows from the input.</exception>
    public static ModelHead Replace(ModelPlan plan, int outputs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<string> names = [];
        LayerSpec? last = null;
        for (int index = plan.Layers.Count - 1; index >= 0 && last is null; index = plan.Layers[index].Sources[0])
        {
            LayerPlan layer = plan.Layers[index];
            if (layer.Sources.Count > 1) throw Refusal(plan, $"layer '{layer.Layer.Name}' ({layer.Layer.Type}) merges several branches behind it");
            if (layer.Tensors.Count > 0) names.Insert(0, layer.Layer.Name);
            last = layer.Layer.WithOutputs(outputs);
        }

        if (last is null) throw Refusal(plan, "none of its layers says how many outputs it has");
        ModelSpec model = plan.Model with
        {
            Layers = [.. plan.Model.Layers.Select(layer => layer.Name == last.Name ? last with { IsTrainable = true }
                : names.Contains(layer.Name) ? layer with { IsTrainable = true } : layer)],
        };
        int found = model.Infer().Output.Size;
        return found == outputs ? new ModelHead(model, names) : throw Refusal(
            plan, $"with {outputs} outputs of layer '{last.Name}' ({last.Type}) the model would have {found}");
    }

    private static InvalidInputException Refusal(ModelPlan plan, string why) =>
        new($"the head of model '{plan.Model.Name}' cannot be replaced: {why}; give a model that ends as it should, with the weights in a file");
}
