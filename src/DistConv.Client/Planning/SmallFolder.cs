using DistConv.Training.Specification;

namespace DistConv.Client.Planning;

/// <summary>How a folder of some hundred photographs is trained on, where nothing else was chosen.</summary>
internal static class SmallFolder
{
    /// <summary>The built-in model.</summary>
    public const string Model = "photo-cnn";

    /// <summary>The side of a picture.</summary>
    public const int Side = 64;

    /// <summary>Samples of a step, and the shards: batch normalisation needs some samples in each.</summary>
    public const int Batch = 16, Shards = 2;

    /// <summary>The optimizer with its step size and weight decay, and the schedule.</summary>
    public const string Optimizer = "adamw", Schedule = "cosine";

    /// <inheritdoc cref="Optimizer"/>
    public const float LearningRate = 0.002f, WeightDecay = 0.02f;

    /// <summary>Steps of the warm-up; fewer in a short job.</summary>
    public const int Warmup = 30;

    /// <summary>The length in steps, as a whole number of epochs within these bounds.</summary>
    public const int Steps = 600, LeastEpochs = 10, MostEpochs = 200;

    /// <summary>How samples are varied: as photographs of the same thing differ.</summary>
    public const string Augmentation = "flip,shift:0.1,rotate:10,zoom:0.15,contrast:0.2,brightness:0.2";

    /// <summary>Fills in what a request leaves open.</summary>
    /// <param name="request">The request, whose model is <see cref="Model"/>.</param>
    /// <param name="training">How many pictures there are to train on.</param>
    /// <returns>The filled request, and what was filled in: parts of a sentence.</returns>
    public static (TrainingRequest Request, IReadOnlyList<string> Chosen) Fill(TrainingRequest request, int training)
    {
        List<string> chosen = [];
        int samples = int.Min(request.Samples ?? training, (int)(training * (1 - (request.ValidationSplit ?? 0))));
        if (request is { GlobalBatch: null, Shards: null } && samples >= Batch)
        {
            request = request with { GlobalBatch = Batch, Shards = Shards };
            chosen.Add($"batch {Batch} in {Shards} shards");
        }

        int batch = request.GlobalBatch ?? TrainingSizes.Choose(request, int.Max(1, samples)).Batch;
        int stepsPerEpoch = int.Max(1, (samples + batch - 1) / batch);
        if (request is { Epochs: null, Steps: null })
        {
            request = request with { Epochs = int.Clamp((Steps + stepsPerEpoch - 1) / stepsPerEpoch, LeastEpochs, MostEpochs) };
            chosen.Add($"{request.Epochs} epochs");
        }

        if (request is { Optimizer: null, Schedule: null })
        {
            long steps = request.Steps ?? (long)request.Epochs!.Value * stepsPerEpoch;
            request = request with
            {
                Optimizer = OptimizerSettings.Default(Optimizer) with { LearningRate = LearningRate, WeightDecay = WeightDecay },
                Schedule = ScheduleText.Parse(Schedule, long.Min(Warmup, steps / 10)),
            };
            chosen.Add($"{Optimizer} with schedule {Schedule}");
        }

        if (request.Augmentation is null)
        {
            request = request with { Augmentation = AugmentationText.Parse(Augmentation) };
            chosen.Add($"samples varied by {Augmentation} (choose the augmentation yourself if a mirrored picture is of another class)");
        }

        return (request, chosen);
    }
}
