using System.Text;
using DistConv.Core.Layers;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>A model, and how its text was understood.</summary>
/// <param name="Model">The model; <see cref="ModelSpec.Infer"/> succeeds.</param>
/// <param name="Format">What was read, for people: "built-in model", "DistConv model", "Keras Sequential model, Keras 2.15.0".</param>
/// <param name="Translated">Spellings of Keras's and what they are here, each once: "nb_filter -> filters".</param>
/// <param name="Ignored">What was accepted but has no effect here, such as the seeds of single layers.</param>
public sealed record ModelReading(ModelSpec Model, string Format, IReadOnlyList<string> Translated, IReadOnlyList<string> Ignored)
{
    private const string BuiltInFormat = "built-in model";

    /// <summary>Whether it is a built-in model.</summary>
    public bool IsBuiltIn => Format == BuiltInFormat;

    /// <summary>What the text left open and a rule decided, such as the order of an input shape: see <see cref="KerasShape"/>.</summary>
    public IReadOnlyList<string> Decided { get; init; } = [];

    /// <summary>What the model's layers were in Keras; null: it was not read from a file of Keras's.</summary>
    public KerasOrigin? Origin { get; init; }

    /// <summary>Whether the text leaves the size of pictures open: the model's input then stands for any.</summary>
    public bool IsFreeSize { get; init; }

    /// <summary>A built-in model, or one from a file.</summary>
    /// <param name="nameOrPath">A name of <see cref="BuiltInModels.All"/>, or the path of a file: .json, or Keras 3's .keras.</param>
    /// <returns>The model and what was read.</returns>
    /// <exception cref="InvalidInputException">There is neither, the file cannot be read, or what <see cref="ModelSpec.Parse"/> says.</exception>
    public static ModelReading Load(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        return BuiltInModels.Find(nameOrPath) is { } builtIn
            ? new ModelReading(builtIn, BuiltInFormat, [], [])
            : Read(ModelFile.Read(nameOrPath, isPath: false), nameOrPath);
    }

    /// <summary>A built-in model.</summary>
    /// <param name="name">A name of <see cref="BuiltInModels.All"/>; never a path.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidInputException">There is none of that name.</exception>
    public static ModelReading LoadBuiltIn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return BuiltInModels.Find(name) is { } builtIn ? new ModelReading(builtIn, BuiltInFormat, [], []) : throw ModelFile.Unknown(name);
    }

    /// <summary>A model from a file.</summary>
    /// <param name="path">The file's path; never the name of a built-in model.</param>
    /// <returns>The model and what was read.</returns>
    /// <exception cref="InvalidInputException">The file cannot be read, or what <see cref="ModelSpec.Parse"/> says.</exception>
    public static ModelReading LoadFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(ModelFile.Read(path, isPath: true), path);
    }

    /// <summary>A model from text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="sourceName">What messages call it.</param>
    /// <returns>The model and what was read.</returns>
    /// <exception cref="InvalidInputException">What <see cref="ModelSpec.Parse"/> says.</exception>
    public static ModelReading Parse(string json, string sourceName)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(sourceName);
        return Read(Encoding.UTF8.GetBytes(json), sourceName);
    }

    /// <summary>The model for pictures of another size, if its text leaves the size open.</summary>
    /// <param name="input">Shape of one sample.</param>
    /// <returns>The model; as it is if its size is given or the channels differ.</returns>
    public ModelSpec At(TensorShape input) => IsFreeSize && input.Channels == Model.Input.Channels ? Model with { Input = input } : Model;

    internal static ModelReading Read(ReadOnlyMemory<byte> utf8, string sourceName)
    {
        string source = MessageText.OneLine(sourceName);
        ModelText text = ModelJsonReader.Read(utf8, source);
        ModelPlan plan = ShapeInference.Run(text.Model, source, text.Numbers);
        EnsureNothingIsShared(text, plan, source);
        return new ModelReading(text.Model, text.Format, text.Notes.Translated, text.Notes.Ignored)
        {
            Decided = text.Notes.Decided,
            Origin = text.Origin,
            IsFreeSize = text.IsFreeSize,
        };
    }

    /// <summary>A layer that learns nothing may be called several times; each call becomes a layer.</summary>
    private static void EnsureNothingIsShared(ModelText text, ModelPlan plan, string source)
    {
        foreach (LayerPlan layer in plan.Layers.Where(layer => layer.Tensors.Count > 0 && text.Repeated.Contains(layer.Layer.Name)))
        {
            int index = text.Model.Layers.Index().Single(one => one.Item.Name == layer.Layer.Name).Index;
            throw new InvalidInputException($"{ModelRules.Where(source, text.Numbers[index], layer.Layer)}: is called several times with the same weights; "
                + "layers that share weights are not supported: give each call a layer of its own");
        }
    }
}
