using System.Text.Json;
using DistConv.Client;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Jobs;
using DistConv.Dashboard.Models;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Endpoints;

/// <summary>What the weights of a job are, and what they do.</summary>
internal sealed class ModelEndpoints(IDistConvClient client, JobTable table)
{
    /// <summary>The largest picture that can be classified.</summary>
    public const int MaxPictureBytes = 8 << 20;

    private const int MaxKernelValues = 1 << 20, KeptEvaluations = 8;

    private readonly KernelHistory _kernels = new();
    private readonly ModelCache _models = new();
    private readonly SharedWork<(string Job, long Step), EvaluationReply> _evaluations = new(KeptEvaluations);

    /// <summary>GET jobs/{id}/snapshots.</summary>
    public async Task SnapshotsAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery();
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        JobStatus status = await table.StatusAsync(found, ct);
        long? best = EarlyStopping.Best(found.Description.Specification, status.Epochs)?.Step;
        IReadOnlyList<long> steps = found.Description.KernelSteps, whole = found.Description.SnapshotSteps;
        SnapshotInfo[] snapshots = [.. steps.Select(step => new SnapshotInfo(
            step, status.Epochs.FirstOrDefault(epoch => epoch.Step == step)?.Epoch, step == best, step == steps[^1], whole.Contains(step)))];
        await Answer.JsonAsync(context, new SnapshotList(snapshots), DashboardJson.Default.SnapshotList);
    }

    /// <summary>GET jobs/{id}/kernels/{layer}.</summary>
    public async Task KernelsAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("step");
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        long step = StepOf(context, found, found.Description.KernelSteps);
        LayerKernels layer = await KernelHistory.ReadAsync(found, context.PathValue("layer"), step, ct);
        if (layer.Values.Length > MaxKernelValues)
            throw new HttpProblem(400, $"layer '{layer.Name}' has {layer.Values.Length:N0} weights, and at most {MaxKernelValues:N0} can be shown");
        float[] planes = new float[layer.Values.Length];
        for (int oc = 0; oc < layer.Shape.OutC; oc++)
        {
            for (int ic = 0; ic < layer.Shape.InC; ic++) layer.Plane(ic, oc).CopyTo(planes, ((oc * layer.Shape.InC) + ic) * layer.Taps);
        }

        KernelsReply reply = new()
        {
            Layer = layer.Name,
            Step = step,
            KernelHeight = layer.Shape.KH,
            KernelWidth = layer.Shape.KW,
            InChannels = layer.Shape.InC,
            OutChannels = layer.Shape.OutC,
            Kernels = FloatText.Base64(planes),
            Scale = KernelScale.Of([layer]).Limit,
        };
        await Answer.JsonAsync(context, reply, DashboardJson.Default.KernelsReply);
    }

    /// <summary>GET jobs/{id}/descriptions.</summary>
    public async Task DescriptionsAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("layer");
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        string layer = context.QueryText("layer") ?? throw new HttpProblem(400, "layer is missing; name a layer with kernels");
        await Answer.JsonAsync(context, await _kernels.DescribeAsync(found, layer, ct), DashboardJson.Default.DescriptionsReply);
    }

    /// <summary>GET jobs/{id}/histograms.</summary>
    public async Task HistogramsAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("step");
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        long step = StepOf(context, found, found.Description.SnapshotSteps); // Records of kernels have no other weights.
        IReadOnlyList<HistogramInfo> layers = await _models.UseAsync(found.Job, step, model => Task.FromResult(Histograms(model.Weights)), ct);
        await Answer.JsonAsync(context, new HistogramsReply(step, layers), DashboardJson.Default.HistogramsReply);
    }

    /// <summary>GET jobs/{id}/evaluation.</summary>
    public async Task EvaluationAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("step");
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        long step = StepOf(context, found, found.Description.SnapshotSteps);
        async Task<EvaluationReply> EvaluateAsync() =>
            EvaluationView.Of(await found.Job.EvaluateAsync(SnapshotChoice.AtStep(step), threads: 1, CancellationToken.None));

        EvaluationReply reply = await _evaluations.GetAsync((found.Job.Id, step), EvaluateAsync, ct);
        await Answer.JsonAsync(context, reply, DashboardJson.Default.EvaluationReply);
    }

    /// <summary>POST jobs/{id}/predict.</summary>
    public async Task PredictAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("maps", "step");
        bool withMaps = context.QueryText("maps") switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw new HttpProblem(400, "maps is neither true nor false"),
        };
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        long step = StepOf(context, found, found.Description.SnapshotSteps);
        bool isJson = context.Request.HasJsonContentType();
        if (!isJson && context.Request.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) != true)
            throw new HttpProblem(415, "send pixels as application/json, or a picture as image/png, image/jpeg, image/webp, image/bmp or image/gif");
        byte[] body = await RequestBody.ReadAsync(context, MaxPictureBytes, ct);
        PredictReply reply = await _models.UseAsync(found.Job, step, async model =>
        {
            using MemoryStream picture = new(body);
            float[] pixels = isJson ? Pixels(body, model) : await model.ReadPictureAsync(picture, ct);
            return PredictionView.Of(model, pixels, withMaps);
        }, ct);
        await Answer.JsonAsync(context, reply, DashboardJson.Default.PredictReply);
    }

    private static float[] Pixels(byte[] body, TrainedModel model)
    {
        try
        {
            float[] pixels = [.. JsonSerializer.Deserialize(body, DashboardJson.Default.PredictRequest)?.Pixels ?? []];
            if (pixels.Length == model.InputShape.Size && pixels.All(float.IsFinite)) return pixels;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new HttpProblem(400, $"send {{\"pixels\": […]}} with {model.InputShape.Size:N0} finite numbers: the model takes {model.InputShape}");
    }

    /// <summary>The step that is asked for, or the newest one.</summary>
    private static long StepOf(HttpContext context, FoundJob found, IReadOnlyList<long> steps)
    {
        if (steps is not [.., var newest]) throw new HttpProblem(404, $"job '{found.Job.Id}' has no snapshot yet");
        long step = context.QueryNumber("step", 0, SpecificationLimits.MaxSteps) ?? newest;
        return steps.Contains(step)
            ? step
            : throw new HttpProblem(404, $"job '{found.Job.Id}' has nothing of step {step}; it has steps {string.Join(", ", steps.TakeLast(20))}");
    }

    private static IReadOnlyList<HistogramInfo> Histograms(IReadOnlyList<ModelTensor> tensors) =>
        [.. tensors.Select(tensor => Histogram(tensor.Name, tensor.Values.Span))];

    private static HistogramInfo Histogram(string name, ReadOnlySpan<float> values)
    {
        WeightHistogram weights = WeightHistogram.Of(values);
        return new HistogramInfo(name, weights.Min, weights.Max, weights.Counts);
    }
}
