using DistConv.Core.Layers;
using DistConv.Core.Networks;

namespace DistConv.Client;

/// <summary>A class and how probable the network finds it.</summary>
/// <param name="Class">The class, from 0.</param>
/// <param name="Name">What it is called; its number if it has no name.</param>
/// <param name="Probability">Its softmax or sigmoid output, 0 … 1; of a model of numbers, its value.</param>
public readonly record struct ClassScore(int Class, string Name, float Probability);

/// <summary>What a network says about one picture.</summary>
/// <param name="Outputs">The model's outputs: the probability of each class, in the order of the classes; that of class 1 of two (one sigmoid unit); or its
/// numbers.</param>
/// <param name="Ranking">The classes, the most probable first: ordered by the values before softmax as an evaluation orders them; of equal ones the
/// first. A model of one number has one entry, the class whose number is nearest, with its value.</param>
public sealed record Prediction(IReadOnlyList<float> Outputs, IReadOnlyList<ClassScore> Ranking)
{
    /// <summary>What the outputs mean.</summary>
    public OutputKind OutputKind { get; init; } = OutputKind.Softmax;

    /// <summary>The most probable class.</summary>
    public ClassScore Top => Ranking[0];

    /// <summary>Ranks what a network has computed.</summary>
    internal static Prediction Of(OutputKind kind, ReadOnlySpan<float> logits, float[] outputs, IReadOnlyList<string> names)
    {
        float[] values = logits.ToArray();
        IEnumerable<ClassScore> ranking = outputs.Length == 1
            ? OfOne(kind, values, outputs[0], names)
            : Enumerable.Range(0, values.Length).OrderByDescending(label => values[label]).Select(label => new ClassScore(label, names[label], outputs[label]));
        return new Prediction(outputs, [.. ranking]) { OutputKind = kind };
    }

    /// <summary>Of one unit: the probability of class 1 tells that of class 0, and a number is near a class.</summary>
    private static ClassScore[] OfOne(OutputKind kind, float[] logits, float output, IReadOnlyList<string> names)
    {
        int best = OutputFunction.Class(kind, logits, kind == OutputKind.Sigmoid ? names.Count : int.MaxValue);
        if (kind != OutputKind.Sigmoid) return [new ClassScore(best, $"{best}", output)];
        ClassScore[] both = [new ClassScore(0, names[0], 1f - output), new ClassScore(1, names[1], output)];
        return [both[best], both[1 - best]];
    }
}
