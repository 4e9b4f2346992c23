using DistConv.Client;
using DistConv.Core;
using DistConv.Dashboard.Endpoints;
using DistConv.Dashboard.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DistConv.Dashboard;

/// <summary>Adds a dashboard to an ASP.NET Core host.</summary>
public static class DashboardEndpoints
{
    /// <summary>
    /// Adds the page and its API under a path. The host has an <see cref="IDistConvClient"/> (AddDistConvClient). Reading needs the token unless
    /// <see cref="DashboardOptions.AllowsAnonymousReading"/> is set; writing always does.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <param name="path">The path, such as "/distconv".</param>
    /// <param name="options">The settings, with a token that the host chose.</param>
    /// <returns><paramref name="endpoints"/>.</returns>
    /// <exception cref="InvalidInputException">The path does not begin with '/', or the settings have no token.</exception>
    public static IEndpointRouteBuilder MapDistConvDashboard(this IEndpointRouteBuilder endpoints, string path, DashboardOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        if (!path.StartsWith('/')) throw new InvalidInputException($"path is '{path}'; give one that begins with '/', such as /distconv");
        if (options.Token is not { } token) throw new InvalidInputException("Token is missing: set one that only the users of the dashboard know");
        Guard guard = new(
            new AccessToken(DashboardToken.Parse(token, "Token")), new HostNames(options.AllowedHosts), options.AllowsAnonymousReading is not true);
        IDistConvClient client = endpoints.ServiceProvider.GetRequiredService<IDistConvClient>();
        ApiRoutes.Map(endpoints, path.TrimEnd('/') + '/', client, guard, options);
        return endpoints;
    }
}
