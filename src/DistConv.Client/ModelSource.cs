using DistConv.Core.Models;

namespace DistConv.Client;

/// <summary>Where a job's model comes from.</summary>
public sealed class ModelSource
{
    private readonly Func<ModelReading> _load;

    /// <summary>A built-in model that suits the data: by the size and colours of the samples, and by how many there are. <see cref="TrainingPlan.Notes"/>
    /// says which one and why. For a folder of few photographs, what else is left open is chosen for them, too.</summary>
    public static ModelSource ByData { get; } = new(() => throw new InvalidOperationException("the model has not been chosen yet"));

    private ModelSource(Func<ModelReading> load) => _load = load;

    /// <summary>A built-in model, such as "keras1-mnist-cnn" or "lenet5".</summary>
    /// <param name="name">Its name; a path is refused.</param>
    /// <returns>The model.</returns>
    public static ModelSource BuiltIn(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new ModelSource(() => ModelReading.LoadBuiltIn(name));
    }

    /// <summary>A JSON file in DistConv's or Keras's words.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model.</returns>
    public static ModelSource File(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new ModelSource(() => ModelReading.LoadFile(path));
    }

    /// <summary>JSON in DistConv's or Keras's words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The model's name if the text has none.</param>
    /// <returns>The model.</returns>
    public static ModelSource Json(string text, string name = "model")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        return new ModelSource(() => ModelReading.Parse(text, name));
    }

    /// <summary>What a person named: a built-in model or a file.</summary>
    internal static ModelSource BuiltInOrFile(string nameOrPath) => new(() => ModelReading.Load(nameOrPath));

    /// <summary>Reads the model.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such model, or it is not valid.</exception>
    internal ModelReading Load() => _load();
}
