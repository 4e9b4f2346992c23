using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Http;

/// <summary>Reads the body of a request.</summary>
internal static class RequestBody
{
    private const int BlockBytes = 16 << 10;

    /// <summary>Reads all of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">How large it may be.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="HttpProblem">It is larger, or does not arrive in time.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, int maxBytes, CancellationToken ct)
    {
        using MemoryStream content = new();
        byte[] block = new byte[BlockBytes];
        try
        {
            while (await context.Request.Body.ReadAsync(block, ct) is var read and > 0)
            {
                content.Write(block, 0, read);
                if (content.Length > maxBytes) throw TooLarge(maxBytes);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new HttpProblem(408, "the request's body did not arrive in time");
        }

        return content.ToArray();
    }

    /// <summary>Ensures that the body is said to be JSON: a form of a stranger's page cannot send that.</summary>
    /// <exception cref="HttpProblem">It is not.</exception>
    public static void EnsureJson(HttpContext context)
    {
        if (!context.Request.HasJsonContentType()) throw new HttpProblem(415, "send JSON, as application/json");
    }

    /// <summary>The error of a body that is too large.</summary>
    public static HttpProblem TooLarge(int maxBytes) => new(413, $"the request's body has more than {maxBytes:N0} bytes");
}
