namespace DistConv.Client;

/// <summary>A class and how probable the network finds it.</summary>
/// <param name="Class">The class, from 0.</param>
/// <param name="Name">What it is called; its number if it has no name.</param>
/// <param name="Probability">Its softmax output, 0 … 1.</param>
public readonly record struct ClassScore(int Class, string Name, float Probability);

/// <summary>What a network says about one picture.</summary>
/// <param name="Outputs">The probability of each class, in the order of the classes.</param>
/// <param name="Ranking">The classes, the most probable first: ordered by the values before softmax as an evaluation orders them; of equal ones the
/// first.</param>
public sealed record Prediction(IReadOnlyList<float> Outputs, IReadOnlyList<ClassScore> Ranking)
{
    /// <summary>The most probable class.</summary>
    public ClassScore Top => Ranking[0];
}
