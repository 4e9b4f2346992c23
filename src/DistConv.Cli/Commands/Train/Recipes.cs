using DistConv.Client.Planning;
using DistConv.Core;
using DistConv.Images.Folders;

namespace DistConv.Cli.Commands.Train;

/// <summary>Settings that belong together, under one name; options that are given go before them.</summary>
/// <param name="Name">What <c>--recipe</c> takes.</param>
/// <param name="Description">A line for the help.</param>
/// <param name="Settings">What it sets.</param>
internal sealed record Recipe(string Name, string Description, TrainRequest Settings)
{
    /// <summary>Whether it is for one's own pictures, and names no data.</summary>
    public bool NeedsData { get; init; }
}

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
        new("best-mnist", "the most accurate on MNIST: the same network for 18 epochs on samples that are shifted, turned and scaled",
            TrainRequest.Defaults with
            {
                Data = "mnist", Model = "mnist-vgg", Optimizer = "adamw", LearningRate = 0.0015f, WeightDecay = 0.02f, Schedule = "cosine", Warmup = 500,
                    Batch = 64, Epochs = 18, Augment = "shift:0.1,rotate:10,zoom:0.1",
            }),
        new("cifar10-resnet20", "ResNet-20 on CIFAR-10 with sgd and Nesterov momentum, flip and crop, cosine, 60 epochs",
            TrainRequest.Defaults with
            {
                Data = "cifar10", Model = "resnet20", Optimizer = "sgd", LearningRate = 0.1f, Momentum = 0.9f, Nesterov = true, WeightDecay = 0.0005f,
                    Schedule = "cosine", Warmup = 400, Batch = 128, Shards = 4, Epochs = 60, Augment = "flip,crop:4",
                    Images = new ImageFolderOptions { Size = (32, 32), IsGrey = false, TestShare = 0.1 },
            }),
        new("small-folder", "some hundred photographs of your own, with --data images:DIR: photo-cnn, adamw, pictures varied in six ways, 600 steps",
            TrainRequest.Defaults with
            {
                Model = SmallFolder.Model, Optimizer = SmallFolder.Optimizer, LearningRate = SmallFolder.LearningRate,
                    WeightDecay = SmallFolder.WeightDecay, Schedule = SmallFolder.Schedule, Warmup = SmallFolder.Warmup, Batch = SmallFolder.Batch,
                    Shards = SmallFolder.Shards, Steps = SmallFolder.Steps, Augment = SmallFolder.Augmentation,
                    Images = new ImageFolderOptions { Size = (SmallFolder.Side, SmallFolder.Side), IsGrey = false },
            }) { NeedsData = true },
    ];

    /// <summary>A recipe's settings.</summary>
    /// <param name="name">Its name; null: the defaults of <c>train</c>.</param>
    /// <param name="data">The data set that is given beside it, or null.</param>
    /// <exception cref="InvalidInputException">There is no such recipe, or it needs data and none is given.</exception>
    public static TrainRequest Settings(string? name, string? data)
    {
        if (name is null) return TrainRequest.Defaults;
        string[] names = [.. All.Select(recipe => recipe.Name)];
        Recipe found = All.FirstOrDefault(recipe => recipe.Name == name)
            ?? throw new InvalidInputException($"unknown recipe '{name}'; choose one of: {string.Join(", ", names)}{Suggestion.DidYouMean(name, names)}");
        if (found.NeedsData && data is null)
            throw new InvalidInputException($"--recipe {name} is for your own pictures; name their folder by --data images:DIR");
        return found.Settings;
    }
}
