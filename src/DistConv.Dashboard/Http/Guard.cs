using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DistConv.Dashboard.Http;

/// <summary>Decides who may do what.</summary>
/// <param name="token">The token.</param>
/// <param name="hosts">The names under which the dashboard answers.</param>
/// <param name="needsTokenToRead">Whether reading needs the token.</param>
internal sealed class Guard(AccessToken token, HostNames hosts, bool needsTokenToRead)
{
    private const string Scheme = "Bearer ";

    /// <summary>Names under which other programs expect a token in an address. Addresses are logged, kept in histories and sent as referrers.</summary>
    private static readonly string[] _tokenNames = ["token", "access_token", "auth", "authorization", "bearer", "key", "api_key"];

    /// <summary>Whether reading needs the token.</summary>
    public bool NeedsTokenToRead => needsTokenToRead;

    /// <summary>Checks who asks for a file of the page: the page itself is no secret.</summary>
    /// <exception cref="HttpProblem">The request comes under a name that is not allowed, or carries a token in its address.</exception>
    public void CheckPage(HttpContext context)
    {
        CheckHost(context.Request);
        CheckAddress(context.Request);
    }

    /// <summary>Checks who calls the API.</summary>
    /// <param name="context">The request.</param>
    /// <param name="writes">Whether it changes something.</param>
    /// <exception cref="HttpProblem">The caller may not do that.</exception>
    public void CheckCall(HttpContext context, bool writes)
    {
        CheckPage(context);
        CheckOrigin(context.Request);
        string? given = Given(context.Request);
        if (given is null && !writes && !needsTokenToRead) return;
        if (given is null) throw new HttpProblem(401, "this needs the dashboard's token: open the link that was printed when the dashboard was started");
        if (!token.Matches(given)) throw new HttpProblem(401, "the token is not the dashboard's: open the link that was printed when it was started");
    }

    private static string? Given(HttpRequest request)
    {
        string? header = request.Headers.Authorization.Count > 1 ? "" : request.Headers.Authorization.ToString();
        if (request.Headers.Authorization.Count == 0) return null;
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
    }

    private void CheckHost(HttpRequest request)
    {
        if (!request.Host.HasValue || !hosts.Allows(request.Host.Host))
            throw new HttpProblem(403, "the dashboard does not answer under this host name; use localhost or an address, or allow the name in its settings");
    }

    private void CheckAddress(HttpRequest request)
    {
        foreach ((string name, var values) in request.Query)
        {
            if (_tokenNames.Contains(name, StringComparer.OrdinalIgnoreCase) || values.Any(value => value is not null && token.Matches(value)))
                throw new HttpProblem(400, "a token does not belong into an address, which is logged; send it in the header 'Authorization: Bearer TOKEN'");
        }
    }

    /// <summary>A browser names the page from which a request comes. A page of another origin has nothing to ask here.</summary>
    private static void CheckOrigin(HttpRequest request)
    {
        string origin = request.Headers[HeaderNames.Origin].ToString(), site = request.Headers["Sec-Fetch-Site"].ToString();
        bool isForeign = (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase))
            || site is "cross-site" or "same-site";
        if (isForeign) throw new HttpProblem(403, "the request comes from a page of another origin");
    }
}
