using DistConv.Core.Layers;

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
}
