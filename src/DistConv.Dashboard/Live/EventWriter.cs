using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using DistConv.Training.Records;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Live;

/// <summary>Writes a stream as server-sent events. An event's id is the position in each job's record after it: a reader can go on from there.</summary>
internal sealed class EventWriter(HttpContext context, LiveStream stream)
{
    private static readonly TimeSpan _keepAlive = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, RecordCursor> _cursors = stream.Cursors.Where(pair => pair.Value is not null)
        .ToDictionary(pair => pair.Key, pair => pair.Value!.Value, StringComparer.Ordinal);

    private readonly PipeWriter _writer = context.Response.BodyWriter;

    /// <summary>Writes until the caller goes or the dashboard ends.</summary>
    public async Task WriteAsync(CancellationToken ct)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // A proxy that collects answers would hold events back.
        Write(": hello\n\n");
        try
        {
            while (true)
            {
                foreach (LiveMessage missed in stream.TakeMissed()) Write(missed);
                while (stream.Messages.TryRead(out LiveMessage? message)) Write(message);
                await _writer.FlushAsync(ct);
                if (!await IsThereMoreAsync(ct)) Write(": keep-alive\n\n");
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller has gone, or the dashboard ends.
        }
    }

    /// <summary>Waits for a message.</summary>
    /// <returns>False: none has come for a while.</returns>
    private async Task<bool> IsThereMoreAsync(CancellationToken ct)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(_keepAlive);
        try
        {
            return await stream.Messages.WaitToReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Write(LiveMessage message)
    {
        if (message.Job is { } job) _cursors[job] = message.Cursor;
        Write($"event: {message.Name}\n");
        if (message.Job is not null) Write($"id: {string.Join(',', _cursors.Select(pair => $"{pair.Key}:{pair.Value}"))}\n");
        Write("data: ");
        _writer.Write(message.Data);
        Write("\n\n");
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _writer);
}
