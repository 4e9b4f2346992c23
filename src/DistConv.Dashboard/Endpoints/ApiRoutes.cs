using DistConv.Client;
using DistConv.Dashboard.Http;
using DistConv.Dashboard.Jobs;
using DistConv.Dashboard.Live;
using DistConv.Dashboard.Series;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DistConv.Dashboard.Endpoints;

/// <summary>The addresses of a dashboard.</summary>
internal static class ApiRoutes
{
    private const string Api = "api/v1";

    private static readonly string[] _reading = [HttpMethods.Get, HttpMethods.Head], _writing = [HttpMethods.Post];

    /// <summary>Adds them.</summary>
    /// <param name="endpoints">Where to.</param>
    /// <param name="prefix">The path of the dashboard, which ends with '/'.</param>
    /// <param name="client">The jobs.</param>
    /// <param name="guard">Who may do what.</param>
    /// <param name="options">The settings.</param>
    public static void Map(IEndpointRouteBuilder endpoints, string prefix, IDistConvClient client, Guard guard, DashboardOptions options)
    {
        Gate gate = new(guard, options);
        SeriesCache cache = new();
        JobTable table = new(client, cache, options.Time);
        InfoEndpoints info = new(client, guard);
        JobEndpoints jobs = new(client, table);
        SeriesEndpoints series = new(client, cache);
        EventEndpoints events = new(client, cache, new LiveHub(client, cache, options));
        ControlEndpoints control = new(client, table);
        ModelEndpoints models = new(client, table);
        MachineEndpoints machines = new(client, cache, options.Time);
        PageFiles page = new();

        void Get(string path, Handler handler) => endpoints.MapMethods($"{prefix}{Api}/{path}", _reading, gate.Read(handler));

        void Post(string path, Handler handler) => endpoints.MapMethods($"{prefix}{Api}/{path}", _writing, gate.Write(handler));

        Get("info", info.ShowAsync);
        Get("jobs", jobs.ListAsync);
        Get("jobs/{id}", jobs.ShowAsync);
        Get("jobs/{id}/series", series.ShowAsync);
        Get("jobs/{id}/events", events.HistoryAsync);
        Get("jobs/{id}/snapshots", models.SnapshotsAsync);
        Get("jobs/{id}/kernels/{layer}", models.KernelsAsync);
        Get("jobs/{id}/descriptions", models.DescriptionsAsync);
        Get("jobs/{id}/histograms", models.HistogramsAsync);
        Get("jobs/{id}/evaluation", models.EvaluationAsync);
        Get("machines", machines.ShowAsync);
        Get("compare", control.CompareAsync);
        Post("plan", control.PlanAsync);
        Post("jobs", control.StartAsync);
        Post("jobs/{id}/pause", control.PauseAsync);
        Post("jobs/{id}/cancel", control.CancelAsync);
        Post("jobs/{id}/resume", control.ResumeAsync);
        Post("jobs/{id}/extend", control.ExtendAsync);
        Post("jobs/{id}/labels", control.LabelAsync);
        endpoints.MapMethods($"{prefix}{Api}/jobs/{{id}}/predict", _writing, gate.Write(models.PredictAsync, ModelEndpoints.MaxPictureBytes));
        endpoints.MapMethods($"{prefix}{Api}/events", [HttpMethods.Get], gate.Stream(events.StreamAsync));
        endpoints.Map($"{prefix}{Api}/{{**rest}}", gate.Read((context, _) => throw NotFound(context)));
        endpoints.MapMethods($"{prefix}{{**file}}", _reading, gate.Page((context, _) => ShowPageAsync(context, page)));
    }

    /// <summary>The page names its files relative to itself, so its own address has to end with '/'.</summary>
    private static Task ShowPageAsync(HttpContext context, PageFiles page)
    {
        string file = context.OptionalPathValue("file");
        if (file.Length > 0 || context.Request.Path.Value is not { } path || path.EndsWith('/')) return page.WriteAsync(context, file);
        context.Response.Redirect($"{context.Request.PathBase}{context.Request.Path}/", permanent: true, preserveMethod: true);
        return Task.CompletedTask;
    }

    private static HttpProblem NotFound(HttpContext context) => new(404, $"the API has nothing at this address for {context.Request.Method}");
}
