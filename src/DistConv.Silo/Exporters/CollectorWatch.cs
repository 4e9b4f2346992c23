using System.Net.Http.Headers;
using OpenTelemetry;

namespace DistConv.Silo.Exporters;

/// <summary>Says once, in a line, that a collector does not take what it is sent. Nothing else becomes of it: the training goes on.</summary>
/// <param name="warn">Gets the line.</param>
internal sealed class CollectorWatch(Action<string> warn)
{
    private const string GrpcStatus = "grpc-status", GrpcMessage = "grpc-message";

    private volatile Uri? _collector;
    private volatile HttpResponseMessage? _answer;
    private volatile string? _failure;
    private int _isTold;

    /// <summary>An export is over.</summary>
    /// <param name="result">What became of it.</param>
    /// <returns><paramref name="result"/>.</returns>
    public ExportResult Note(ExportResult result)
    {
        if (result == ExportResult.Failure) Tell(_failure ?? Refusal(_answer));
        return result;
    }

    /// <summary>Says what is wrong, unless something has been said.</summary>
    /// <param name="reason">What.</param>
    public void Tell(string reason)
    {
        if (_collector is not { } collector || Interlocked.Exchange(ref _isTold, 1) != 0) return;
        warn($"the collector at {collector.GetLeftPart(UriPartial.Authority)} does not take metrics and traces: {reason}; the training goes on without it");
    }

    /// <summary>What exports go through.</summary>
    /// <param name="timeout">How long a collector may take to answer.</param>
    /// <returns>A client that notes failures.</returns>
    public HttpClient CreateClient(TimeSpan timeout)
    {
        SocketsHttpHandler sockets = new() { ConnectTimeout = timeout, UseProxy = false };
        return new HttpClient(new Handler(this, timeout, sockets)) { Timeout = timeout };
    }

    private static string Refusal(HttpResponseMessage? answer)
    {
        if (answer is null) return "it does not answer";
        if (!answer.IsSuccessStatusCode) return $"it answers with HTTP status {(int)answer.StatusCode}";
        string? status = Value(answer.TrailingHeaders, GrpcStatus) ?? Value(answer.Headers, GrpcStatus);
        string? message = Value(answer.TrailingHeaders, GrpcMessage) ?? Value(answer.Headers, GrpcMessage);
        return status is null ? "its answer cannot be understood" : $"it answers with gRPC status {status}{(message is null ? "" : $" ({message})")}";
    }

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;

    private sealed class Handler(CollectorWatch watch, TimeSpan timeout, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            watch._collector = request.RequestUri;
            try
            {
                HttpResponseMessage answer = base.Send(request, cancellationToken);
                (watch._answer, watch._failure) = (answer, null);
                return answer;
            }
            catch (Exception e)
            {
                watch._failure = Reason(e);
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            watch._collector = request.RequestUri;
            try
            {
                HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
                (watch._answer, watch._failure) = (answer, null);
                return answer;
            }
            catch (Exception e)
            {
                watch._failure = Reason(e);
                throw;
            }
        }

        private string Reason(Exception e) =>
            e is OperationCanceledException ? $"it does not answer within {timeout.TotalSeconds:0.#} s" : e.Message.ReplaceLineEndings(" ");
    }
}
