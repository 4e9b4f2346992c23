using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Jobs;
using DistConv.Filters.Descriptions;
using DistConv.Filters.Kernels;
using DistConv.Training.Specification;

namespace DistConv.Dashboard.Models;

/// <summary>What the kernels of jobs are becoming. Each record is looked at once.</summary>
internal sealed class KernelHistory
{
    private const int KeptDescriptions = 32;

    private readonly ConcurrentDictionary<(string Job, string Layer), StructureHistory> _histories = new();
    private readonly SharedWork<(string Job, string Layer, long Step), DescriptionsReply> _descriptions = new(KeptDescriptions);

    /// <summary>The kernels of a layer at a step.</summary>
    /// <exception cref="HttpProblem">The job has no such layer, or kept nothing of that step.</exception>
    public static async Task<LayerKernels> ReadAsync(FoundJob found, string layer, long step, CancellationToken ct)
    {
        try
        {
            return (await found.Job.ReadKernelsAsync(step, ct)).FirstOrDefault(one => one.Name == layer) ?? throw NoLayer(found.Description.Specification);
        }
        catch (InvalidInputException e)
        {
            throw new HttpProblem(404, e.Message);
        }
    }

    /// <summary>The filters of a layer at the newest step, in words.</summary>
    /// <exception cref="HttpProblem">The job has no such layer, or no snapshot yet.</exception>
    public Task<DescriptionsReply> DescribeAsync(FoundJob found, string layer, CancellationToken ct)
    {
        if (found.Description.KernelSteps is not [.., var newest]) throw new HttpProblem(404, $"job '{found.Job.Id}' has no snapshot yet");
        return _descriptions.GetAsync((found.Job.Id, layer, newest), () => DescribeAsync(found, layer, newest), ct);
    }

    private async Task<DescriptionsReply> DescribeAsync(FoundJob found, string layer, long newest)
    {
        LayerKernels now = await ReadAsync(found, layer, newest, CancellationToken.None);
        StructureHistory history = _histories.GetOrAdd((found.Job.Id, layer), _ => new StructureHistory(now));
        foreach (long step in found.Description.KernelSteps.Except(history.Steps))
        {
            if (step == newest) history.Add(step, now);
            else if (await TryReadAsync(found, layer, step) is { } then) history.Add(step, then);
        }

        LayerDescription description = LayerDescriber.Describe(now, await BeforeAsync(found, layer, now));
        return new DescriptionsReply(layer, newest, ChanceLevel.Level, [.. description.Filters.Select(filter => Filter(filter, history))]);
    }

    private static async Task<LayerKernels?> TryReadAsync(FoundJob found, string layer, long step)
    {
        try
        {
            return await ReadAsync(found, layer, step, CancellationToken.None);
        }
        catch (HttpProblem)
        {
            return null; // Thinned out since it was listed.
        }
    }

    /// <summary>What training began with; the kernels themselves if nobody knows.</summary>
    private static async Task<LayerKernels> BeforeAsync(FoundJob found, string layer, LayerKernels now)
    {
        JobSpec spec = found.Description.Specification;
        if (found.Description.KernelSteps.Contains(0) && await TryReadAsync(found, layer, 0) is { } first) return first;
        return spec.InitialWeights is not null ? now : LayerKernels.Initial(spec.ReadModel(), spec.Seed).First(one => one.Name == layer);
    }

    private static FilterInfo Filter(FilterDescription filter, StructureHistory history)
    {
        PlaneDescription plane = filter.Now;
        string name = plane.Polarity.Length > 0 ? $"{plane.Label}, {plane.Polarity}" : plane.Label;
        StructureOnset? onset = plane.IsStructured ? history.Onset(filter.Index) : null;
        string since = onset switch
        {
            null => plane.IsStructured ? "it has not been structured in enough records to say since when" : "chance gives as much structure to many filters",
            { After: null } => "it was structured in the first record",
            { After: { } after, By: var by } => $"it became structured between steps {after:N0} and {by:N0}, and has been since",
        };
        return new FilterInfo
        {
            Index = filter.Index,
            Name = name,
            Confidence = plane.Confidence,
            IsStructured = plane.IsStructured,
            StructuredFrom = onset?.After,
            StructuredTo = onset?.By,
            Sentence = $"Filter {filter.Index}: {name} (confidence {plane.Confidence:F3}); {since}.",
        };
    }

    private static HttpProblem NoLayer(JobSpec spec)
    {
        string[] names = [.. spec.ReadModel().Layers.Where(layer => layer is Core.Layers.Conv2D.IConvolution).Select(layer => layer.Name)];
        return new HttpProblem(404, names.Length == 0
            ? "the model has no layer with kernels"
            : $"the model has no such layer; those with kernels are {string.Join(", ", names)}");
    }
}
