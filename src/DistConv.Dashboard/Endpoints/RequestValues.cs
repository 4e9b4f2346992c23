using System.Globalization;
using DistConv.Dashboard.Http;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Endpoints;

/// <summary>Reads what a request's address says.</summary>
internal static class RequestValues
{
    /// <summary>The job that the path names.</summary>
    public static string JobId(this HttpContext context) => context.PathValue("id");

    /// <summary>A part of the path.</summary>
    public static string PathValue(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A part of the path that may be missing.</summary>
    public static string OptionalPathValue(this HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    /// <summary>Ensures that a query has nothing but what its handler reads: a name that is not known is a mistake.</summary>
    /// <exception cref="HttpProblem">It has another name, or one twice.</exception>
    public static void EnsureQuery(this HttpContext context, params ReadOnlySpan<string> known)
    {
        foreach ((string name, var values) in context.Request.Query)
        {
            if (!known.Contains(name))
                throw new HttpProblem(400, known.Length == 0
                    ? "this address takes no query"
                    : $"the query has an unknown parameter; it may have {string.Join(", ", known.ToArray())}");
            if (values.Count > 1) throw new HttpProblem(400, $"the query has '{name}' {values.Count} times; give it once");
        }
    }

    /// <summary>A text of the query; null if it is not there.</summary>
    public static string? QueryText(this HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A whole number of the query.</summary>
    /// <exception cref="HttpProblem">It is something else, or out of range.</exception>
    public static long? QueryNumber(this HttpContext context, string name, long min, long max)
    {
        if (context.QueryText(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= min && value <= max
            ? value
            : throw new HttpProblem(400, $"{name} is no whole number from {min} to {max}");
    }
}
