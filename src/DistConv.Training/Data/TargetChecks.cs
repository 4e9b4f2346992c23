using DistConv.Core;
using DistConv.Core.Layers;
using DistConv.Core.Models;

namespace DistConv.Training.Data;

/// <summary>Whether a model fits samples that have targets instead of a class.</summary>
internal static class TargetChecks
{
    /// <summary>Checks a model.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="data">The data.</param>
    /// <exception cref="InvalidInputException">It ends in another number of outputs, or in ones that the targets cannot be.</exception>
    public static void EnsureFits(ModelPlan plan, DataSource data)
    {
        int count = data.Train.TargetCount;
        string start = $"model '{plan.Model.Name}' ends in", unit = count == 1 ? "unit" : "units", given = $"data '{data.Name}' has {data.Train.LabelText()}";
        string fitting = data.Train.Labels == LabelKind.Several
            ? $"end it with {count} {unit} and the activation sigmoid" : $"end it with {count} {unit} without an activation";
        if (plan.OutputKind == OutputKind.Softmax)
            throw new InvalidInputException($"{start} a softmax, which is for one class a sample, but {given}; {fitting}");
        if (plan.Output.Size != count) throw new InvalidInputException($"{start} {plan.Output.Size} outputs, but {given}; {fitting}");
        if (plan.OutputKind == OutputKind.Sigmoid && Outside(data.Train) is { } value)
            throw new InvalidInputException($"{start} sigmoid units, which give 0 to 1, but {given}, among them {value}; {fitting}, or scale the numbers");
    }

    private static float? Outside(IDataset data)
    {
        for (int sample = 0; sample < data.Count; sample++)
        {
            foreach (float value in data.Targets(sample))
            {
                if (value is < 0 or > 1) return value;
            }
        }

        return null;
    }
}
