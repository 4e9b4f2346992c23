using DistConv.Core.Models;

namespace DistConv.Client;

/// <summary>Where a job's model comes from.</summary>
public sealed class ModelSource
{
    private readonly Func<ModelSpec> _load;

    private ModelSource(Func<ModelSpec> load) => _load = load;

    /// <summary>A built-in model, such as "keras1-mnist-cnn" or "lenet5".</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The model.</returns>
    public static ModelSource BuiltIn(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new ModelSource(() => ModelSpec.Load(name));
    }

    /// <summary>A JSON file in DistConv's or Keras's words.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model.</returns>
    public static ModelSource File(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new ModelSource(() => ModelSpec.Load(path));
    }

    /// <summary>JSON in DistConv's or Keras's words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The model's name if the text has none.</param>
    /// <returns>The model.</returns>
    public static ModelSource Json(string text, string name = "model")
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ModelSource(() => ModelSpec.Parse(text, name));
    }

    /// <summary>What a person named: a built-in model or a file.</summary>
    internal static ModelSource BuiltInOrFile(string nameOrPath) => new(() => ModelSpec.Load(nameOrPath));

    /// <summary>Reads the model.</summary>
    /// <exception cref="Core.InvalidInputException">There is no such model, or it is not valid.</exception>
    internal ModelSpec Load() => _load();
}
