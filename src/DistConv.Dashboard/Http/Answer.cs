using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DistConv.Dashboard.Api;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Http;

/// <summary>Writes answers.</summary>
internal static class Answer
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers of every answer.</summary>
    public static void SetHeaders(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>Writes JSON.</summary>
    public static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return BytesAsync(context, JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json");
    }

    /// <summary>Writes bytes.</summary>
    public static Task BytesAsync(HttpContext context, ReadOnlyMemory<byte> bytes, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    /// <summary>Writes an error.</summary>
    public static Task ProblemAsync(HttpContext context, HttpProblem problem)
    {
        HttpResponse response = context.Response;
        response.StatusCode = problem.Status;
        if (problem.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (problem.RetryAfterSeconds is { } seconds) response.Headers.RetryAfter = $"{seconds}";
        ProblemSetting[]? problems = problem.Problems.Count == 0 ? null : [.. problem.Problems.Select(one => new ProblemSetting(one.Setting, one.Problem))];
        ProblemDetails details = new(HttpProblem.TitleOf(problem.Status), problem.Message, problem.Status, problems);
        return BytesAsync(context, JsonSerializer.SerializeToUtf8Bytes(details, DashboardJson.Default.ProblemDetails), "application/problem+json");
    }
}
