using DistConv.Core;

namespace DistConv.Cli.Commands.Train;

/// <summary>Settings that belong together, under one name; options that are given go before them.</summary>
/// <param name="Name">What <c>--recipe</c> takes.</param>
/// <param name="Description">A line for the help.</param>
/// <param name="Settings">What it sets.</param>
internal sealed record Recipe(string Name, string Description, TrainRequest Settings);

/// <summary>The recipes.</summary>
internal static class Recipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("keras-mnist-cnn", "Keras 2's mnist_cnn example as it was published: adadelta at rate 1.0, 12 epochs",
            TrainRequest.Defaults with { Data = "mnist", Model = "keras2-mnist-cnn", Optimizer = "adadelta", LearningRate = 1f, Batch = 128, Epochs = 12 }),
        new("fast-mnist", "more accurate in a third of the time: mnist-vgg, adamw with warm-up and cosine, 5 epochs",
            TrainRequest.Defaults with
            {
                Data = "mnist", Model = "mnist-vgg", Optimizer = "adamw", LearningRate = 0.0015f, WeightDecay = 0.02f, Schedule = "cosine", Warmup = 500,
                    Batch = 64, Epochs = 5,
            }),
    ];

    /// <summary>A recipe's settings.</summary>
    /// <param name="name">Its name; null: the defaults of <c>train</c>.</param>
    /// <exception cref="InvalidInputException">There is no such recipe.</exception>
    public static TrainRequest Settings(string? name)
    {
        if (name is null) return TrainRequest.Defaults;
        string[] names = [.. All.Select(recipe => recipe.Name)];
        return All.FirstOrDefault(recipe => recipe.Name == name)?.Settings
            ?? throw new InvalidInputException($"unknown recipe '{name}'; choose one of: {string.Join(", ", names)}{Suggestion.DidYouMean(name, names)}");
    }
}
