using System.Text;
using DistConv.Core.Layers;

namespace DistConv.Core.Models;

/// <summary>A model as a text table, as Keras's <c>model.summary()</c> prints it.</summary>
public static class ModelSummary
{
    private const int Gap = 2;

    private static readonly string[] Headings = ["Layer (type)", "Output shape", "Param #", "MFLOP/sample"];

    /// <summary>
    /// Layers with output shape, parameters and millions of floating-point operations of a training step a sample (see <see cref="LayerPlan.TrainingFlops"/>),
    /// and totals. As in Keras, the counts include what is not trained.
    /// </summary>
    /// <param name="plan">The model.</param>
    /// <returns>Lines that end with '\n'; ASCII.</returns>
    public static string Format(ModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        string[][] rows = [Headings, .. plan.Layers.Select(Row)];
        int[] widths = [.. Headings.Select((_, column) => rows.Max(row => row[column].Length))];
        int total = widths.Sum() + Gap * (widths.Length - 1);
        StringBuilder text = new();
        text.Append($"Model: {plan.Model.Name}  input {plan.Model.Input}\n");
        text.Append('_', total).Append('\n');
        for (int i = 0; i < rows.Length; i++)
        {
            text.Append(Line(rows[i], widths)).Append('\n');
            if (i == 0) text.Append('=', total).Append('\n');
        }

        text.Append('=', total).Append('\n');
        text.Append($"Total params: {Size(plan.Parameters + plan.StateValues)}\n");
        if (plan.StateValues > 0) text.Append($"Trainable params: {Size(plan.Parameters)}\nNon-trainable params: {Size(plan.StateValues)}\n");
        text.Append($"Training step: {plan.TrainingFlops / 1e6:N1} MFLOP a sample\n");
        return text.ToString();
    }

    private static string Size(long values) => $"{values:N0} ({values * sizeof(float) / 1048576.0:F2} MiB)";

    private static string[] Row(LayerPlan layer) =>
    [
        $"{layer.Layer.Name} ({layer.Layer.Type})",
        layer.Output.ToString(),
        $"{layer.Parameters + layer.StateValues:N0}",
        layer.MultiplyAddsForward == 0 ? "0" : $"{layer.TrainingFlops / 1e6:N2}",
    ];

    /// <summary>Names to the left, numbers to the right.</summary>
    private static string Line(string[] cells, int[] widths)
    {
        string gap = new(' ', Gap);
        return string.Join(gap, cells[0].PadRight(widths[0]), cells[1].PadRight(widths[1]), cells[2].PadLeft(widths[2]), cells[3].PadLeft(widths[3]));
    }
}
