using System.Net;
using System.Net.Http.Headers;
using DistConv.Core;

namespace DistConv.Training.Data.Fetch;

/// <summary>What one request brought.</summary>
/// <param name="Failure">Why it ended early, in a few words; null if the server ended it as it should.</param>
/// <param name="Resumed">Whether its bytes were added to those of an earlier request.</param>
/// <param name="Retry">Whether the same server may well do better when it is asked again.</param>
internal sealed record TransferEnd(string? Failure, bool Resumed, bool Retry);

/// <summary>One request for what is missing of a file. Believes nothing that the server says about lengths.</summary>
internal sealed class Transfer(HttpClient http, FetchOptions options)
{
    /// <summary>Asks for the rest of a file and adds it to what is here.</summary>
    /// <param name="source">Where to ask.</param>
    /// <param name="file">The file.</param>
    /// <param name="part">What is here; emptied if the server does not continue it.</param>
    /// <param name="stop">Ends it at once; what has arrived stays.</param>
    /// <returns>How it ended. Every failure of the network is a result.</returns>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public async Task<TransferEnd> RunAsync(Uri source, RemoteFile file, PartFile part, CancellationToken stop)
    {
        long here = part.Length;
        if (here >= file.LargestBytes)
        {
            part.Discard();
            here = 0;
        }

        using var stall = CancellationTokenSource.CreateLinkedTokenSource(stop);
        long received = 0;
        bool resumed = false;
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, source);
            if (here > 0) request.Headers.Range = new RangeHeaderValue(here, null);
            stall.CancelAfter(options.StallTimeout);
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            if (here > 0 && !Continues(response, here))
            {
                part.Discard();
                if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.PartialContent)
                    return new TransferEnd("cannot continue what is here", Resumed: false, Retry: true);
            }

            if (!response.IsSuccessStatusCode) return new TransferEnd(Describe(response), resumed, Retry: false);
            resumed = response.StatusCode == HttpStatusCode.PartialContent;
            if (resumed && here == 0) return new TransferEnd("sent a part of it without being asked to", resumed, Retry: false);
            Stream body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                received = await CopyAsync(body, file, part, stall, count => received = count).ConfigureAwait(false);
            }

            return new TransferEnd(null, resumed, Retry: received > 0);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new TransferEnd($"sent nothing for {options.StallTimeout.TotalSeconds:0.#} s", resumed, Retry: false);
        }
        catch (HttpRequestException e)
        {
            return new TransferEnd(Describe(e), resumed, Retry: false);
        }
        catch (IOException)
        {
            return new TransferEnd($"broke off after {part.Length:N0} bytes", resumed, Retry: received > 0);
        }
    }

    /// <summary>Whether an answer is the continuation that was asked for. An error is none, but leaves what is here for another mirror.</summary>
    private static bool Continues(HttpResponseMessage response, long from) => response.StatusCode switch
    {
        HttpStatusCode.PartialContent => response.Content.Headers.ContentRange is { HasRange: true, Unit: "bytes" } range && range.From == from,
        HttpStatusCode.RequestedRangeNotSatisfiable => false,
        _ => !response.IsSuccessStatusCode,
    };

    private async Task<long> CopyAsync(Stream body, RemoteFile file, PartFile part, CancellationTokenSource stall, Action<long> count)
    {
        byte[] buffer = new byte[1 << 16];
        long received = 0;
        using FileStream open = part.Open();
        long position = open.Seek(0, SeekOrigin.End);
        while (position < file.LargestBytes)
        {
            stall.CancelAfter(options.StallTimeout);
            int wanted = (int)Math.Min(buffer.Length, file.LargestBytes - position);
            int got = await body.ReadAsync(buffer.AsMemory(0, wanted), stall.Token).ConfigureAwait(false);
            if (got == 0) break;
            part.Append(open, buffer.AsMemory(0, got));
            position += got;
            count(received += got);
            options.Progress?.Invoke(new FetchProgress(file, position, Ended: false));
        }

        return received;
    }

    private static string Describe(HttpResponseMessage response) => (int)response.StatusCode is >= 300 and < 400
        ? "redirects too often, or to where it must not"
        : $"answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();

    private static string Describe(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "no such host, or no network",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "no secure connection",
        HttpRequestError.ResponseEnded => "closed the connection without an answer",
        _ => e.Message.ReplaceLineEndings(" ").TrimEnd('.'),
    };
}
