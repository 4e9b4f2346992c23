using DistConv.Client.Clusters;
using DistConv.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DistConv.Dashboard.Http;

/// <summary>Answers a request, within the time that it may take.</summary>
/// <param name="context">The request.</param>
/// <param name="ct">Requested when the time is over or the caller is gone.</param>
internal delegate Task Handler(HttpContext context, CancellationToken ct);

/// <summary>What stands before every handler: it checks the caller, limits time and size, and turns exceptions into errors that people can read.</summary>
/// <param name="guard">Who may do what.</param>
/// <param name="options">The limits.</param>
internal sealed class Gate(Guard guard, DashboardOptions options)
{
    /// <summary>The largest body of a request that carries no picture.</summary>
    public const int MaxBodyBytes = 64 << 10;

    /// <summary>A handler of a file of the page.</summary>
    public RequestDelegate Page(Handler handler) => context => RunAsync(context, handler, () => guard.CheckPage(context), options.RequestTimeout);

    /// <summary>A handler that changes nothing.</summary>
    public RequestDelegate Read(Handler handler) => context =>
        RunAsync(context, handler, () => guard.CheckCall(context, writes: false), options.RequestTimeout);

    /// <summary>A handler that changes something, or computes at the caller's wish.</summary>
    public RequestDelegate Write(Handler handler, int maxBodyBytes = MaxBodyBytes) => context =>
        RunAsync(context, handler, () => CheckWrite(context, maxBodyBytes), options.RequestTimeout);

    /// <summary>A handler that answers for as long as the caller listens.</summary>
    public RequestDelegate Stream(Handler handler) => context =>
        RunAsync(context, handler, () => guard.CheckCall(context, writes: false), Timeout.InfiniteTimeSpan);

    private void CheckWrite(HttpContext context, int maxBodyBytes)
    {
        guard.CheckCall(context, writes: true);
        if (context.Request.ContentLength > maxBodyBytes) throw RequestBody.TooLarge(maxBodyBytes);
    }

    private async Task RunAsync(HttpContext context, Handler handler, Action check, TimeSpan time)
    {
        Answer.SetHeaders(context);
        using CancellationTokenSource limit = new(time, options.Time);
        CancellationToken stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted, stopping);
        try
        {
            check();
            await handler(context, both.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Likewise, while the answer was being written.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Answer.ProblemAsync(context, ProblemOf(e, limit.IsCancellationRequested));
        }
#pragma warning disable CA1031 // The answer has begun: all that is left is to cut it off, so that the caller sees that it is not whole.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Warn(e);
            context.Abort();
        }
    }

    private HttpProblem ProblemOf(Exception e, bool isLate)
    {
        switch (e)
        {
            case HttpProblem problem:
                return problem;
            case InvalidInputException invalid:
                return HttpProblem.Invalid(invalid);
            case ClusterUnavailableException unavailable:
                return new HttpProblem(503, unavailable.Message) { RetryAfterSeconds = 5 };
            case BadHttpRequestException bad:
                return bad.StatusCode switch
                {
                    StatusCodes.Status408RequestTimeout => new HttpProblem(408, "the request did not arrive in time"),
                    StatusCodes.Status413PayloadTooLarge => new HttpProblem(413, "the request's body is too large"),
                    _ => new HttpProblem(400, "the request cannot be read"),
                };
            case OperationCanceledException when !isLate:
                return new HttpProblem(503, "the dashboard is ending");
            case OperationCanceledException:
                return new HttpProblem(503, $"this takes longer than {options.RequestTimeout.TotalSeconds:0} s; try again later") { RetryAfterSeconds = 2 };
            default:
                Warn(e);
                return new HttpProblem(500, "an internal error: the process of the dashboard has written what it was");
        }
    }

    private void Warn(Exception e) => options.Warn($"dashboard: {e}".ReplaceLineEndings(" "));
}
