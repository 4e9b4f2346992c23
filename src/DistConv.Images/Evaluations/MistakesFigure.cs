using DistConv.Core.Shapes;
using DistConv.Images.Drawing;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;

namespace DistConv.Images.Evaluations;

/// <summary>The samples about which a network is most wrong, as a sheet.</summary>
public static class MistakesFigure
{
    private const int MaxShown = 40, Columns = 8, NameLength = 24;
    private const float Side = 84;

    private static readonly TextStyle _nameStyle = TextStyle.Body with { IsBold = true };

    /// <summary>Wrongly classified samples by loss, the largest first.</summary>
    /// <param name="outcomes">An outcome for each sample.</param>
    /// <returns>Indices of samples.</returns>
    public static int[] Worst(IReadOnlyList<SampleOutcome> outcomes) =>
        [.. Enumerable.Range(0, outcomes.Count).Where(i => outcomes[i].Predicted != outcomes[i].Label).OrderByDescending(i => outcomes[i].Loss).ThenBy(i => i)];

    /// <summary>The picture.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="outcomes">An outcome for each.</param>
    /// <param name="names">The classes' names.</param>
    /// <param name="subtitle">Whose they are.</param>
    /// <returns>A figure.</returns>
    public static Figure Of(IDataset data, IReadOnlyList<SampleOutcome> outcomes, IReadOnlyList<string> names, string subtitle)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(outcomes);
        int[] worst = Worst(outcomes);
        float width = CellWidth(worst.Take(MaxShown).SelectMany(i => (string[])[names[outcomes[i].Label], names[outcomes[i].Predicted]]));
        Panel[] cells = [.. worst.Take(MaxShown).Select(i => Cell(data, i, outcomes[i], names, width))];
        Panel body = cells.Length == 0
            ? new Label("There is none.", TextStyle.Body)
            : new Column(14, Align.Start, [.. cells.Chunk(Columns).Select(row => new Row(14, Align.Start, row))]);
        string all = worst.Length == 1 ? "the one mistake" : $"all {worst.Length:N0} mistakes";
        string shown = worst.Length > MaxShown ? $"the {MaxShown} worst of {worst.Length:N0} mistakes" : all;
        return new Figure(
            $"Worst mistakes among {outcomes.Count:N0} held-out samples",
            $"{subtitle}; {shown}, by loss",
            body,
            "Under each sample: its actual class → the predicted class, the probability that the network gives to the latter, and the sample's number.");
    }

    private static Column Cell(IDataset data, int sample, SampleOutcome outcome, IReadOnlyList<string> names, float width)
    {
        TensorShape shape = data.Shape;
        float[] values = new float[shape.Size];
        PixelValues.Fill(data.Image(sample), values);
        Panel picture = Thumbnail.Sample(shape, values, Side / Math.Max(shape.Width, shape.Height));
        string actual = ConfusionFigure.Shorten(names[outcome.Label], NameLength), predicted = ConfusionFigure.Shorten(names[outcome.Predicted], NameLength);
        Label text = new($"{actual} → {predicted}", _nameStyle, width);
        return new Column(2, Align.Start, picture, text, new Label($"{outcome.Probability:P1}  #{sample}", TextStyle.Note), new Space(width, 0));
    }

    /// <summary>As wide as a picture, or as the longest word of the names, with its arrow.</summary>
    private static float CellWidth(IEnumerable<string> names) => names
        .SelectMany(name => ConfusionFigure.Shorten(name, NameLength).Split(' '))
        .Select(word => new Label($"{word} →", _nameStyle).Size.Width)
        .Append(Side)
        .Max();
}
