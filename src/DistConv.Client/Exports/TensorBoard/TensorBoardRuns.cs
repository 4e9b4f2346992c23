using DistConv.Client.Exports.TensorBoard.Messages;
using DistConv.Core;
using DistConv.Training.Records;

namespace DistConv.Client.Exports.TensorBoard;

/// <summary>
/// The runs of one job: "train" with a point for each step, and "test" and "validation" with one for each epoch. They have the same tags, so that TensorBoard
/// draws their curves in one chart. Step n of any run was measured on the weights after n updates. Not for several threads.
/// </summary>
/// <param name="directory">The folder; the runs stand in folders JOB/train, JOB/test and JOB/validation.</param>
/// <param name="job">The job.</param>
/// <param name="exported">What the job has.</param>
/// <param name="isGrowing">Whether the files have their names from the beginning on; otherwise from <see cref="Publish"/> on.</param>
internal sealed class TensorBoardRuns(string directory, string job, ExportedJob exported, bool isGrowing) : IDisposable
{
    private const string Train = "train", Test = "test", Validation = "validation";

    private readonly Dictionary<string, EventFile> _files = [];
    private string? _name;
    private double _wallTime;

    /// <summary>Adds an entry of the record.</summary>
    /// <param name="entry">The entry, after the one before it.</param>
    /// <exception cref="InvalidInputException">The folder cannot be used.</exception>
    public void Write(JobRecord entry)
    {
        _wallTime = TimeOf(entry) is { } time ? SecondsOf(time) : _wallTime;
        switch (entry)
        {
            case StepRecord { Step: var step }:
                Write(Train, step.Step, Summary(step));
                break;
            case EpochRecord { Epoch: var epoch }:
                Write(Test, epoch.Step, Summary(epoch.TestLoss, epoch.TestAccuracy, epoch.TestAuc, epoch.TestMeanAbsoluteError));
                if (epoch is { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy })
                    Write(Validation, epoch.Step, Summary(loss, accuracy, epoch.ValidationAuc, epoch.ValidationMeanAbsoluteError));
                break;
            case EventRecord:
                _name ??= NameFile(); // A job begins with an event, which gives the files their name.
                break;
            default:
                throw new ArgumentException($"{entry.GetType().Name} is no entry that a run can have", nameof(entry));
        }
    }

    /// <summary>Adds what a snapshot holds.</summary>
    /// <param name="step">Updates that were applied.</param>
    /// <param name="time">When it was written.</param>
    /// <param name="summary">Its pictures and histograms.</param>
    /// <exception cref="InvalidInputException">The folder cannot be used.</exception>
    public void Write(long step, DateTimeOffset time, Summary summary) =>
        File(Train).Write(new Event { WallTime = SecondsOf(time), Step = step, Summary = summary });

    /// <summary>Has the disk hold everything that was added.</summary>
    /// <exception cref="InvalidInputException">The disk refuses.</exception>
    public void Flush()
    {
        foreach (EventFile file in _files.Values) file.Flush();
    }

    /// <summary>Gives the files their names; those of an earlier export of the job are replaced.</summary>
    /// <exception cref="InvalidInputException">The disk refuses.</exception>
    public void Publish()
    {
        foreach (EventFile file in _files.Values) file.Publish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (EventFile file in _files.Values) file.Dispose();
    }

    private static DateTimeOffset? TimeOf(JobRecord entry) => entry switch
    {
        StepRecord step => step.Step.Time,
        EpochRecord epoch => epoch.Time,
        EventRecord happened => happened.Event.Time,
        _ => null,
    };

    private static double SecondsOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    private Summary Summary(double loss, double accuracy, double? auc, double? error)
    {
        Summary summary = new() { Value = { Scalar(RecordColumn.Loss.Name, (float)loss) } };
        if (exported.HasAccuracy) summary.Value.Add(Scalar(RecordColumn.Accuracy.Name, (float)accuracy));
        if (auc is { } area) summary.Value.Add(Scalar("auc", (float)area));
        if (error is { } distance) summary.Value.Add(Scalar("mean_absolute_error", (float)distance));
        return summary;
    }

    private static Summary.Types.Value Scalar(string tag, float value) => new() { Tag = tag, SimpleValue = value };

    private Summary Summary(StepEntry step)
    {
        Summary summary = new();
        foreach (RecordColumn column in (ReadOnlySpan<RecordColumn>)[RecordColumn.Loss, RecordColumn.Accuracy, RecordColumn.LearningRate])
        {
            if (exported.Value(column, step) is { IsMissing: false } value) summary.Value.Add(Scalar(column.Name, value.ToSingle()));
        }

        if (step.Milliseconds > 0) summary.Value.Add(Scalar("samples_per_second", (float)(step.Samples * 1e3 / step.Milliseconds)));
        for (int layer = 0; layer < (step.Norms is null ? 0 : exported.Layers.Count); layer++)
        {
            summary.Value.Add(Scalar($"gradient_norm/{exported.Layers[layer]}", step.Norms!.Gradient[layer]));
            summary.Value.Add(Scalar($"weight_norm/{exported.Layers[layer]}", step.Norms.Weights[layer]));
        }

        return summary;
    }

    private void Write(string run, long step, Summary summary) => File(run).Write(new Event { WallTime = _wallTime, Step = step, Summary = summary });

    private EventFile File(string run)
    {
        if (_files.TryGetValue(run, out EventFile? there)) return there;
        _name ??= NameFile();
        EventFile file = new(Path.Combine(directory, job, run, _name), _wallTime);
        _files.Add(run, file);
        if (isGrowing) file.Publish();
        return file;
    }

    /// <summary>The name that each export of this job gives its files, so that a later one replaces those of an earlier one.</summary>
    /// <exception cref="InvalidInputException">The folder has event files of something else.</exception>
    private string NameFile()
    {
        string name = $"events.out.{EventFile.Mark}.{(long)_wallTime:D10}.distconv";
        string[] others;
        try
        {
            others = [.. ((string[])[Train, Test, Validation]).Select(run => Path.Combine(directory, job, run)).Where(Directory.Exists)
                .SelectMany(run => Directory.EnumerateFiles(run, $"*{EventFile.Mark}*")).Where(path => Path.GetFileName(path) != name).Order()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot write event files into '{directory}': {e.Message.ReplaceLineEndings(" ")}", e);
        }

        if (others.Length == 0) return name;
        throw new InvalidInputException(
            $"'{Path.Combine(directory, job)}' has event files of another job, whose points TensorBoard would mix with these "
                + $"({string.Join(", ", others.Select(other => $"'{other}'"))}): name another folder, or remove them");
    }
}
