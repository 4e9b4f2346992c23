using System.Numerics;
using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Training.Data;

namespace DistConv.Client.Planning;

/// <summary>
/// How many samples a job has, and the batch, shards and epochs that a request leaves open. A batch of 128 would make an epoch of a hundred pictures one step:
/// small sets get smaller batches, and more epochs, so that they train for a useful number of steps. The first few samples of a larger set, which a request
/// names, are trained on as that set: its held-out samples would be evaluated after each of many epochs.
/// </summary>
/// <param name="Samples">Training samples.</param>
/// <param name="Validation">Those that follow them, for validation.</param>
/// <param name="GlobalBatch">Samples of a step.</param>
/// <param name="Shards">Logical shards.</param>
internal sealed record TrainingSizes(int Samples, int Validation, int GlobalBatch, int Shards)
{
    /// <summary>Epochs beyond this are never chosen.</summary>
    private const int MostEpochs = 100;

    /// <summary>The steps for which epochs are chosen.</summary>
    private const int StepsWanted = 200;

    /// <summary>The steps of an epoch for which a batch is chosen, and the least batch.</summary>
    private const int EpochSteps = 16, LeastBatch = 8;

    /// <summary>Of fewer held-out pictures a figure is uncertain enough to say so.</summary>
    private const int FewHeldOut = 10;

    /// <summary>From so many samples on, batch and shards are what they are for any larger set.</summary>
    public const int OrdinarySamples = EpochSteps * TrainingRequest.DefaultBatch;

    /// <summary>The sizes of a job.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="InvalidInputException">There are not so many samples, or none is left to train on or to validate by.</exception>
    public static TrainingSizes Of(TrainingRequest request, DataSource data)
    {
        (int samples, int validation) = Count(request, data);
        (int batch, int shards) = Choose(request, samples);
        return new TrainingSizes(samples, validation, batch, shards);
    }

    /// <summary>Batch and shards.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="samples">Training samples, at least 1.</param>
    public static (int Batch, int Shards) Choose(TrainingRequest request, int samples)
    {
        if (request.GlobalBatch is { } given)
            return (given, request.Shards ?? int.Clamp(request.Samples is null ? int.Min(given, samples) : given, 1, TrainingRequest.DefaultShards));
        if (request.Samples is not null) samples = int.Max(samples, OrdinarySamples);
        int batch = int.Clamp(PowerOfTwo(samples / EpochSteps), LeastBatch, TrainingRequest.DefaultBatch);
        if (batch > samples) batch = PowerOfTwo(samples);
        int shards = request.Shards ?? int.Min(int.Clamp(batch / LeastBatch, 2, TrainingRequest.DefaultShards), batch);
        return (int.Max(batch, shards), shards);
    }

    /// <summary>How many epochs make a useful number of steps.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, at least 1.</param>
    public static int Epochs(TrainingRequest request, int stepsPerEpoch) => request.Samples is not null ? TrainingRequest.DefaultEpochs
        : int.Clamp((StepsWanted + stepsPerEpoch - 1) / stepsPerEpoch, TrainingRequest.DefaultEpochs, MostEpochs);

    /// <summary>What was chosen and why, for people.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="data">The data set.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    public IEnumerable<string> Notes(TrainingRequest request, DataSource data, int stepsPerEpoch)
    {
        if (data.ValidationCount > 0) yield return $"the validation split of the data, {Validation:N0} samples, decides which epoch is the best";
        if (request.Data is TrainingData.PictureFolder && data.Test.Count < FewHeldOut)
        {
            yield return $"only {data.Test.Count} {(data.Test.Count == 1 ? "picture is" : "pictures are")} held out, so the held-out figures are uncertain: "
                + $"each picture is {100.0 / data.Test.Count:F0} % of an accuracy; several seeds, a larger test split or more pictures say more";
        }

        if (request.GlobalBatch is null && GlobalBatch < TrainingRequest.DefaultBatch)
        {
            yield return $"batch {GlobalBatch} in {Shards} {(Shards == 1 ? "shard" : "shards")}, because there are only {Samples:N0} training samples (from "
                + $"{OrdinarySamples:N0} on: {TrainingRequest.DefaultBatch} in {TrainingRequest.DefaultShards})";
        }

        if (request is { Epochs: null, Steps: null })
        {
            int epochs = Epochs(request, stepsPerEpoch);
            string why = epochs == TrainingRequest.DefaultEpochs ? "" : $"; an epoch has only {stepsPerEpoch:N0} {(stepsPerEpoch == 1 ? "step" : "steps")}";
            yield return $"{epochs} epochs, because neither epochs nor steps are given{why}";
        }
    }

    private static (int Samples, int Validation) Count(TrainingRequest request, DataSource data)
    {
        int most = data.Train.Count - data.ValidationCount;
        int samples = request.Samples ?? most;
        if (samples < 1 || samples > most)
            throw new InvalidInputException($"samples is {samples}, but data set '{data.Name}' has {most} training samples; give 1 to {most}");
        if (data.ValidationCount == 0)
        {
            int split = SplitOff(samples, request.ValidationSplit);
            return (samples - split, split);
        }

        List<SettingProblem> problems = [];
        string own = $"but '{DataTitle.Of(data.Name)}' has a validation split of {data.ValidationCount} samples";
        if (samples < most) problems.Add(new SettingProblem("samples", $"is {samples}, {own}, which follow all {most} training samples; leave it out"));
        if (request.ValidationSplit is { } share) problems.Add(new SettingProblem("validationSplit", $"is {share}, {own}; leave it out"));
        InvalidInputException.ThrowIfAny(problems);
        return (most, data.ValidationCount);
    }

    /// <summary>How many samples are kept for validation: as Keras's fit, ⌊N (1 − F)⌋ are trained on.</summary>
    /// <exception cref="InvalidInputException">None is left for one of the two.</exception>
    private static int SplitOff(int samples, double? split)
    {
        if (split is not { } fraction) return 0;
        int training = (int)(samples * (1 - fraction));
        return training > 0 && training < samples
            ? samples - training
            : throw new InvalidInputException(
                $"validationSplit is {fraction}: of {samples} samples that leaves {training} for training and {samples - training} for validation");
    }

    /// <summary>The largest power of two that is not above a number; 1 of 0.</summary>
    private static int PowerOfTwo(int number) => number < 1 ? 1 : 1 << BitOperations.Log2((uint)number);
}
