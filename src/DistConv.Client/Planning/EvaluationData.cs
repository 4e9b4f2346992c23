using DistConv.Client.Datasets;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Client.Planning;

/// <summary>The samples on which a trained network is evaluated: its own held-out ones, those of a folder that has changed since, or another data set's. The
/// classes of the latter two are found by name.</summary>
/// <param name="Data">The data, with the network's classes.</param>
/// <param name="Spec">The specification with which a replica takes this data.</param>
internal sealed record EvaluationData(DataSource Data, JobSpec Spec)
{
    private const int MaxNamed = 20;

    /// <summary>Opens the data set of a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="options">Where the data may be. A line says that a folder has changed since training.</param>
    /// <param name="origin">What the job noted about where it was, or null.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">It is not there, or is other data and no folder of one's own; or its classes are not the network's.</exception>
    public static async Task<EvaluationData> ReopenAsync(
        Snapshot snapshot, string source, DataOptions options, JobOrigin? origin, CancellationToken cancellation)
    {
        JobSpec spec = snapshot.Spec;
        if (!DataLocator.IsOwnFolder(spec.Data))
            return new EvaluationData((await DataLocator.ReopenAsync(spec, source, options, origin, cancellation)).Data, spec);
        (DataSource data, string? directory) = await DataLocator.OpenAsync(spec.Data, options.ForJob(origin), options, cancellation);
        if (data.Fingerprint == spec.DataFingerprint) return new EvaluationData(data, spec);
        options.Warn($"'{directory}' has changed since {source} was trained: these are results on what is held out of it today, {data.Test.Count:N0} "
            + "samples, some of which may have been trained on");
        return Fit(data, spec);
    }

    /// <summary>Opens another data set: its test split; of a folder of pictures without splits all of them.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="options">Where the data may be.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">It is not there, or its pictures or classes are not the network's.</exception>
    public static async Task<EvaluationData> OpenAsync(TrainingData data, Snapshot snapshot, DataOptions options, CancellationToken cancellation)
    {
        JobSpec spec = snapshot.Spec;
        if (data is not TrainingData.PictureFolder pictures) return Fit((await DataLocator.OpenAsync(data, options, cancellation)).Data, spec);
        TensorShape input = spec.ReadModel().Input;
        bool wasPictures = spec.Data.StartsWith(ImageFolderOptions.NamePrefix, StringComparison.Ordinal);
        ImageFolderOptions trained = wasPictures ? ImageFolderOptions.Parse(spec.Data).Options : pictures.Options;
        ImageFolderOptions how = trained with
        {
            Size = (input.Height, input.Width),
            IsGrey = input.Channels == 1,
            SkipsUnreadable = pictures.Options.SkipsUnreadable,
        };
        DataSource found = await Task.Run(() => ImageFolder.OpenForEvaluation(pictures.Directory, how, options.Warn), cancellation).WaitAsync(cancellation);
        return Fit(found, spec);
    }

    /// <summary>Brings a data set's classes to the network's, and makes a specification for it.</summary>
    private static EvaluationData Fit(DataSource data, JobSpec spec)
    {
        DataSource test = WithClasses(data, spec);
        return new EvaluationData(test, spec with
        {
            Data = test.Name,
            DataFingerprint = test.Fingerprint,
            Samples = test.Train.Count,
            ValidationSamples = 0,
            Oversampling = null,
            Shards = 1,
        });
    }

    private static DataSource WithClasses(DataSource data, JobSpec spec)
    {
        if (data.Test.Labels != spec.Labels) throw new InvalidInputException(
            $"data '{DataTitle.Of(data.Name)}' has {data.Test.LabelText()}, and the network was not trained on such");
        if (spec.Labels != LabelKind.Class)
        {
            EnsureSameTargets(data, spec);
            return data with { Train = data.Test };
        }

        int classes = spec.ClassNames?.Split('\n').Length ?? int.Max(spec.Plan().Classes, data.Test.ClassCount);
        int[]? labels = data.ClassNames is { } names ? LabelsOf(names, ClassNames.Of(spec, classes), data) : null;
        IDataset test = new RelabelledDataset(data.Test, labels, classes);
        return data with { Train = test, Test = test };
    }

    /// <summary>The network's class for each name.</summary>
    /// <exception cref="InvalidInputException">There are samples of a class that the network does not have.</exception>
    private static int[] LabelsOf(IReadOnlyList<string> names, IReadOnlyList<string> known, DataSource data)
    {
        int?[] labels = [.. names.Select(name => ClassNames.Find(known, name))];
        int[] counts = data.Test.ClassCounts();
        string[] strangers = [.. names.Where((_, label) => labels[label] is null && counts[label] > 0)];
        if (strangers.Length > 0)
            throw new InvalidInputException(
                $"data '{DataTitle.Of(data.Name)}' has samples of {string.Join(", ", strangers.Take(MaxNamed))}{(strangers.Length > MaxNamed ? ", …" : "")}, "
                + $"which the network does not know; its classes are {string.Join(", ", known.Take(MaxNamed))}{(known.Count > MaxNamed ? ", …" : "")}");
        return [.. labels.Select(label => label ?? 0)];
    }

    private static void EnsureSameTargets(DataSource data, JobSpec spec)
    {
        int units = spec.Plan().Output.Size;
        if (data.Test.TargetCount != units) throw new InvalidInputException(
            $"data '{DataTitle.Of(data.Name)}' has {data.Test.LabelText()}, and the network gives {units}");
        if (spec.ClassNames is { } names && data.ClassNames is { } columns && !names.Split('\n').SequenceEqual(columns))
            throw new InvalidInputException($"data '{DataTitle.Of(data.Name)}' has the columns {string.Join(", ", columns)}, and the network was trained on "
                + names.Replace("\n", ", ", StringComparison.Ordinal));
    }
}
