using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Filters.Imports;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;

namespace DistConv.Client.Planning;

/// <summary>Where the weights come from that a job begins with: a file, or a snapshot of a job.</summary>
internal sealed class WeightSource
{
    private readonly string? _path;
    private readonly Snapshot? _snapshot;

    private WeightSource(string name, string? path, Snapshot? snapshot) => (Name, _path, _snapshot) = (name, path, snapshot);

    /// <summary>What messages call it: the file's path, or "job x, snapshot of step 9".</summary>
    public string Name { get; }

    /// <summary>Finds out what a text means: a file goes before a job.</summary>
    /// <param name="text">A file; a job's id for its best snapshot, else its last; or the id with "@best", "@last" or "@STEP" behind it.</param>
    /// <param name="jobs">Opens the jobs that can be meant; null: none can.</param>
    /// <param name="warn">Gets a line for each damaged snapshot.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <exception cref="InvalidInputException">There is neither, or it cannot be read.</exception>
    public static async Task<WeightSource> OpenAsync(
        string text, Func<CancellationToken, Task<IJobSource>>? jobs, Action<string> warn, CancellationToken cancellation)
    {
        if (!IsJob(text) || jobs is null)
        {
            WeightFile.EnsureExists(text);
            return new WeightSource(text, text, IsSnapshot(text) ? Known(SnapshotFile.Read(text), text) : null);
        }

        string[] parts = text.Split('@');
        SnapshotChoice choice = parts.Length == 1 ? SnapshotChoice.BestElseLast : SnapshotChoice.Parse(parts[1]);
        IJobSource source = await jobs(cancellation);
        JobOutline job;
        try
        {
            job = await source.OutlineAsync(parts[0], cancellation);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"initialWeights is '{text}', which is no file, and no job either: {e.Message}", e);
        }

        (SnapshotHead head, Snapshot snapshot) = await SnapshotSelection.ReadAsync(
            job, choice, candidate => source.ReadSnapshotAsync(parts[0], candidate, cancellation), warn);
        string name = $"job {parts[0]}, snapshot of step {head.Step}";
        return new WeightSource(name, path: null, Known(snapshot, name));
    }

    /// <summary>Whether a text means a job: there is no such file, and it has the form of a job's id.</summary>
    public static bool IsJob(string text) => !File.Exists(text) && text.Split('@') is { Length: <= 2 } parts && JobStore.IsJobId(parts[0]);

    /// <summary>Whether a text means something that knows its model: a job or a snapshot file.</summary>
    public static bool KnowsModel(string text) => IsSnapshot(text) || IsJob(text);

    /// <summary>The model of the weights.</summary>
    /// <exception cref="InvalidInputException">The file has weights alone.</exception>
    public ModelReading ReadModel() => _snapshot is { Spec: var spec }
        ? ModelReading.Parse(spec.ModelJson, spec.ModelName)
        : throw new InvalidInputException([new SettingProblem(
            "model", $"is missing, and '{_path}' has weights without a model; name a built-in model, or give a file or JSON")]);

    /// <summary>Reads the weights.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="scope">Which layers' weights are read.</param>
    /// <param name="origin">What the model's layers were in Keras, or null.</param>
    /// <returns>All weights, in the order of a snapshot; those of other layers are 0.</returns>
    /// <exception cref="InvalidInputException">They do not fit the model.</exception>
    public float[] Read(ModelPlan plan, WeightScope scope, KerasOrigin? origin) => _snapshot is not null
        ? WeightFile.Read(_snapshot, Name, plan, scope) : WeightFile.Read(_path!, plan, scope, origin);

    private static bool IsSnapshot(string path) => Path.GetExtension(path).Equals(SnapshotFile.Ending, StringComparison.OrdinalIgnoreCase);

    private static Snapshot Known(Snapshot snapshot, string name)
    {
        TrainedModel.EnsureKnown(snapshot, name);
        return snapshot;
    }
}
