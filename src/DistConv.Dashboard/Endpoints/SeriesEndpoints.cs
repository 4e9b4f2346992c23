using DistConv.Client;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Jobs;
using DistConv.Dashboard.Series;
using DistConv.Training.Specification;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Endpoints;

/// <summary>What the steps of a job measured.</summary>
internal sealed class SeriesEndpoints(IDistConvClient client, SeriesCache cache)
{
    private const int MaxColumns = 64;
    private const string DefaultColumns = "loss,accuracy";

    /// <summary>GET jobs/{id}/series.</summary>
    public async Task ShowAsync(HttpContext context, CancellationToken ct)
    {
        context.EnsureQuery("columns", "from", "to", "buckets");
        FoundJob found = await FoundJob.FindAsync(client, context.JobId(), ct);
        IReadOnlyList<(string Name, string Column)> columns = Columns(context.QueryText("columns") ?? DefaultColumns, found.Description.Specification);
        long from = context.QueryNumber("from", 0, SpecificationLimits.MaxSteps) ?? 0;
        long to = context.QueryNumber("to", 0, SpecificationLimits.MaxSteps) ?? long.MaxValue;
        if (to < from) throw new HttpProblem(400, $"from is {from} and to is {to}; give the earlier step first");
        int buckets = (int)(context.QueryNumber("buckets", SeriesFormat.MinBuckets, SeriesFormat.MaxBuckets) ?? SeriesFormat.DefaultBuckets);
        JobSeries series = cache.Get(found.Job.Id);
        await series.RefreshAsync(found.Job, ct);
        byte[] bytes = series.Read((steps, cursor) => SeriesFormat.Write(steps, cursor, columns, from, to, buckets));
        await Answer.BytesAsync(context, bytes, "application/octet-stream");
    }

    private static (string Name, string Column)[] Columns(string text, JobSpec spec)
    {
        string[] columns = text.Split(',');
        if (columns.Length > MaxColumns) throw new HttpProblem(400, $"columns has {columns.Length} names; give at most {MaxColumns}");
        if (columns.Distinct(StringComparer.Ordinal).Count() < columns.Length) throw new HttpProblem(400, "columns has a name twice; give it once");
        string[] layers = columns.Any(column => column.Contains(':', StringComparison.Ordinal))
            ? [.. spec.Plan().Layers.Where(layer => layer.Tensors.Count > 0).Select(layer => layer.Layer.Name)] : [];
        (string Name, string? Column)[] known = [.. columns.Select(column => (column, InRecord(column, layers)))];
        return known.All(column => column.Column is not null)
            ? [.. known.Select(column => (column.Name, column.Column!))]
            : throw new HttpProblem(
                400,
                $"columns has an unknown name; choose from {string.Join(", ", StepColumns.Names)}, "
                + $"{string.Join(", ", StepColumns.LayerNames.Select(name => name + ":LAYER"))} with a layer that has parameters");
    }

    /// <summary>What the record calls a column; null if there is no such column.</summary>
    private static string? InRecord(string column, string[] layers) => column.Split(':') switch
    {
        [var name] when StepColumns.Names.Contains(name) => name,
        [var name, var layer] when StepColumns.LayerNames.Contains(name) && layers.Contains(layer) =>
            StepColumns.LayerColumn(name, Array.IndexOf(layers, layer)),
        _ => null,
    };
}
