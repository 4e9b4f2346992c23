using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace DistConv.Dashboard.Tests.Support;

/// <summary>One event of a stream.</summary>
internal sealed record ServerEvent(string Name, string? Id, JsonNode Data);

/// <summary>Reads server-sent events, line by line, as their specification has it.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, StreamReader lines) => (_response, _lines) = (response, lines);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Opens a stream.</summary>
    public static async Task<EventReader> OpenAsync(RunningDashboard dashboard, string query, string? lastEventId = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "api/v1/events" + query);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        HttpResponseMessage response = await dashboard.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(Stop)));
    }

    /// <summary>The next event.</summary>
    public async Task<ServerEvent> NextAsync()
    {
        string name = "message", data = "";
        string? id = null;
        while (await _lines.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line["event: ".Length..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line["id: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line["data: ".Length..];
            else if (line.Length == 0 && data.Length > 0) return new ServerEvent(name, id, JsonNode.Parse(data)!);
        }

        throw new EndOfStreamException("the stream has ended");
    }

    /// <summary>Reads until an event is there, and returns all up to it.</summary>
    public async Task<List<ServerEvent>> UntilAsync(Func<ServerEvent, bool> isIt)
    {
        List<ServerEvent> events = [];
        do events.Add(await NextAsync());
        while (!isIt(events[^1]));
        return events;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
