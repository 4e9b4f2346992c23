using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Models.Keras;
using DistConv.Filters.Imports;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Client.Planning;

/// <summary>What a request says about initial weights, the head, frozen layers and learning rates of layers, worked out on a model.</summary>
internal sealed class FineTuning
{
    /// <summary>The request's word for "no layer is frozen".</summary>
    public const string NoLayer = "none";

    private const int Shown = 6;

    private readonly TrainingRequest _request;
    private readonly WeightSource? _source;
    private readonly List<string> _notes = [];
    private IReadOnlyList<string> _head = [];
    private IReadOnlyList<string>? _frozen;
    private IReadOnlyList<LayerRate>? _rates;

    private FineTuning(TrainingRequest request, WeightSource? source) => (_request, _source) = (request, source);

    /// <summary>What was decided, one line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Finds the weights.</summary>
    /// <exception cref="InvalidInputException">There are none of that name.</exception>
    public static async Task<FineTuning> OpenAsync(
        TrainingRequest request, Func<CancellationToken, Task<IJobSource>>? jobs, Action<string> warn, CancellationToken cancellation) =>
        new(request, request.InitialWeights is { } text ? await WeightSource.OpenAsync(text, jobs, warn, cancellation) : null);

    /// <summary>What is wrong with the settings, as far as the model's layers tell.</summary>
    public static IEnumerable<SettingProblem> FindProblems(TrainingRequest request, ModelPlan model)
    {
        if (request.ReplaceHead && request.InitialWeights is null)
            yield return new SettingProblem("replaceHead", "is set, but nothing gives the other layers' weights; name initial weights too");
        if (request.FreezeUntilEpoch is not null && request.Freeze is null)
            yield return new SettingProblem("freezeUntilEpoch", "is set, but no layer is frozen; name the layers to freeze");
        if (request.FreezeUntilEpoch is { } epoch and (< 2 or > SpecificationLimits.MaxEpochs))
            yield return new SettingProblem("freezeUntilEpoch", $"is {epoch}; give 2 to {SpecificationLimits.MaxEpochs}");
        if (request.Freeze is { } patterns && !IsNone(patterns))
        {
            foreach (SettingProblem problem in LayerPatterns.FindProblems("freeze", model, patterns, CanFreeze, "layer with weights")) yield return problem;
        }

        if (request.LayerRates is not { } rates) yield break;
        foreach (SettingProblem problem in LayerPatterns.FindProblems(
            "layerRates", model, [.. rates.Select(rate => rate.Layer)], layer => layer.Weights > 0, "layer with weights")) yield return problem;
        foreach (LayerRate rate in rates.Where(rate => !(rate.Factor > 0 && rate.Factor <= LayerSettings.MaxFactor)))
            yield return new SettingProblem("layerRates", LayerSettings.WrongFactor(rate));
    }

    /// <summary>The model of the initial weights.</summary>
    /// <exception cref="InvalidInputException">They are a file of weights alone.</exception>
    public ModelReading ReadModel() => _source!.ReadModel();

    /// <summary>Gives the model the head and the frozen layers that the request asks for.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <exception cref="InvalidInputException">It has no head that can be replaced, or its classes are not the data's.</exception>
    public ModelPlan Apply(ModelPlan model, DataSource data)
    {
        if (_request.ReplaceHead)
        {
            ModelHead head = ModelHead.Replace(model, Outputs(model, data.Train));
            (model, _head) = (head.Model.Infer(), head.Layers);
        }
        else if (_source is not null && data.Train.Labels == LabelKind.Class && model.Classes != 0 && model.Classes != data.Train.ClassCount)
        {
            throw new InvalidInputException($"model '{model.Model.Name}' of the initial weights ends with {model.Classes} classes but data '{data.Name}' has "
                + $"{data.Train.ClassCount}; replace the head");
        }

        if (_request.Freeze is { } patterns) model = Freeze(model, patterns);
        if (_request.LayerRates is { } rates) _rates = Resolve(model, rates);
        return model;
    }

    /// <summary>The weights that the job begins with, in the order of a snapshot; null: the seed draws them.</summary>
    /// <param name="model">What <see cref="Apply"/> gave.</param>
    /// <param name="origin">What the model's layers were in Keras, or null.</param>
    /// <exception cref="InvalidInputException">They do not fit the model.</exception>
    public float[]? ReadWeights(ModelPlan model, KerasOrigin? origin)
    {
        if (_source is null) return null;
        float[] weights = _source.Read(model, new WeightScope(_head, _request.ReplaceHead ? "" : "; if only the last layer differs, replace the head"), origin);
        if (!_request.ReplaceHead && _source.Name == _request.InitialWeights) return weights;
        using var fresh = SnapshotNetwork.Untrained(model.Model, _request.Seed, KernelSets.Supported[0]);
        List<string> taken = [], drawn = [];
        foreach (ParameterTensor tensor in fresh.Network.Tensors)
        {
            bool isDrawn = _head.Contains(fresh.Network.Layers[tensor.Layer].Plan.Layer.Name);
            (isDrawn ? drawn : taken).Add(tensor.Name);
            if (isDrawn) fresh.Values(tensor).CopyTo(weights.AsSpan(tensor.Offset, tensor.Length));
        }

        _notes.Add($"weights of {_source.Name}: {taken.Count} tensors taken ({List(taken)})"
            + (drawn.Count == 0 ? "" : $"; drawn anew from seed {_request.Seed}: {List(drawn)}"));
        return weights;
    }

    /// <summary>The specification with what was worked out.</summary>
    public JobSpec Complete(JobSpec spec) => spec with
    {
        FreezeUntilEpoch = _frozen is null ? null : _request.FreezeUntilEpoch,
        FrozenLayers = _frozen,
        LayerRates = _rates,
    };

    private static bool IsNone(IReadOnlyList<string> patterns) => patterns is [NoLayer];

    private static bool CanFreeze(LayerPlan layer) => layer.Weights > 0 || layer.Tensors.Any(tensor => tensor.Role == TensorPlan.MovingMean);

    private static string List(List<string> names) =>
        string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");

    /// <summary>One sigmoid unit tells two classes apart.</summary>
    private static int Outputs(ModelPlan model, IDataset data) => data.Labels != LabelKind.Class ? data.TargetCount
        : model is { OutputKind: OutputKind.Sigmoid, Output.Size: 1 } && data.ClassCount == 2 ? 1
        : data.ClassCount;

    private ModelPlan Freeze(ModelPlan model, IReadOnlyList<string> patterns)
    {
        string[] names = IsNone(patterns) ? [] : [.. LayerPatterns.Choose(model, patterns, CanFreeze).Select(layer => layer.Layer.Name)];
        bool isTrained = IsNone(patterns) || _request.FreezeUntilEpoch is not null;
        if (!IsNone(patterns) && isTrained) _frozen = names;
        _notes.Add(names.Length == 0 ? "no layer is frozen"
            : $"frozen{(isTrained ? $" until epoch {_request.FreezeUntilEpoch}" : "")}: {List([.. names])}");
        return (model.Model with
        {
            Layers = [.. model.Model.Layers.Select(layer => IsNone(patterns) || names.Contains(layer.Name) ? layer with { IsTrainable = isTrained } : layer)],
        }).Infer();
    }

    /// <summary>The last pattern that fits a layer decides. A factor of 1 is not named, so that equal jobs have equal specifications.</summary>
    private static LayerRate[]? Resolve(ModelPlan model, IReadOnlyList<LayerRate> rates)
    {
        List<LayerRate> resolved = [];
        foreach (LayerPlan layer in model.Layers.Where(LayerSettings.IsLearning))
        {
            if (rates.LastOrDefault(rate => LayerPatterns.Fits(rate.Layer, layer.Layer.Name)) is { } found)
                resolved.Add(new LayerRate { Layer = layer.Layer.Name, Factor = found.Factor });
        }

        if (resolved.Count == 0)
            throw new InvalidInputException([new SettingProblem("layerRates", "names frozen layers only; leave it out, or freeze fewer layers")]);
        resolved.RemoveAll(rate => rate.Factor == 1);
        return resolved.Count == 0 ? null : [.. resolved];
    }
}
