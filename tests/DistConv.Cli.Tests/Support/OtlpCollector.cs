using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DistConv.Cli.Tests.Support;

/// <summary>A point of a metric, as a collector gets it.</summary>
internal sealed record OtlpPoint(string Metric, string Unit, double Value, ulong Count, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A span, as a collector gets it.</summary>
internal sealed record OtlpSpan(string Name, string Trace, string Id, string Parent, ulong Start, ulong End);

/// <summary>A collector that speaks OTLP by gRPC (HTTP/2) or by HTTP/1.1, and takes or refuses what it gets.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private const string Grpc = "application/grpc";
    private readonly WebApplication _web;
    private readonly bool _refuses;
    private readonly ConcurrentQueue<(string Path, byte[] Message)> _received = new();

    private OtlpCollector(WebApplication web, bool refuses) => (_web, _refuses) = (web, refuses);

    /// <summary>Where it listens.</summary>
    public string Address => _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>How many requests have come.</summary>
    public int Requests => _received.Count;

    /// <summary>All points of all metrics, in the order in which they came.</summary>
    public IReadOnlyList<OtlpPoint> Points => [.. Messages("metrics").SelectMany(message => message.Along(1, 2, 2)).SelectMany(PointsOf)];

    /// <summary>All spans.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. Messages("trace").SelectMany(message => message.Along(1, 2, 2))
            .Select(span => new OtlpSpan(span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), span.Number(7), span.Number(8))),
    ];

    /// <summary>The attributes of whoever sent metrics last.</summary>
    public IReadOnlyDictionary<string, string> Resource =>
        Messages("metrics").SelectMany(message => message.Along(1, 1)).Select(resource => Attributes(resource, 1)).Last();

    /// <summary>Starts one on a free port of the loopback interface.</summary>
    /// <param name="isGrpc">Whether it speaks gRPC.</param>
    /// <param name="refuses">Whether it answers with an error.</param>
    public static async Task<OtlpCollector> StartAsync(bool isGrpc, bool refuses = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        WebApplication web = builder.Build();
        OtlpCollector collector = new(web, refuses);
        web.Run(collector.TakeAsync);
        await web.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private static IEnumerable<OtlpPoint> PointsOf(ProtoMessage metric)
    {
        (string name, string unit) = (metric.Text(1), metric.Text(3));
        foreach (ProtoMessage point in metric.Along(5, 1).Concat(metric.Along(7, 1)))
            yield return new OtlpPoint(name, unit, point.Has(4) ? point.Real(4) : point.Number(6), 0, Attributes(point, 7));
        foreach (ProtoMessage point in metric.Along(9, 1)) yield return new OtlpPoint(name, unit, point.Real(5), point.Number(4), Attributes(point, 9));
    }

    private static Dictionary<string, string> Attributes(ProtoMessage message, int field) =>
        message.All(field).ToDictionary(attribute => attribute.Text(1), attribute => attribute.All(2).First().Text(1));

    private IEnumerable<ProtoMessage> Messages(string signal) =>
        _received.Where(request => request.Path.Contains(signal, StringComparison.OrdinalIgnoreCase)).Select(request => new ProtoMessage(request.Message));

    private async Task TakeAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        bool isGrpc = context.Request.ContentType == Grpc;
        _received.Enqueue((context.Request.Path, isGrpc ? body.ToArray()[5..] : body.ToArray()));
        if (!isGrpc)
        {
            context.Response.StatusCode = _refuses ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            return;
        }

        context.Response.ContentType = Grpc;
        if (!_refuses) await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted); // An empty message.
        context.Response.AppendTrailer("grpc-status", _refuses ? "14" : "0");
    }
}
