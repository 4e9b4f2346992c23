using System.Reflection;
using DistConv.Client;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Http;
using DistConv.Images.Folders;
using DistConv.Training.Specification;
using Microsoft.AspNetCore.Http;

namespace DistConv.Dashboard.Endpoints;

/// <summary>What the dashboard shows, and what a form may offer.</summary>
internal sealed class InfoEndpoints(IDistConvClient client, Guard guard)
{
    private static readonly string _version =
        typeof(InfoEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>GET info.</summary>
    public Task ShowAsync(HttpContext context, CancellationToken ct)
    {
        JobSourceInfo source = client.Source;
        Info info = new()
        {
            Version = _version,
            Source = new SourceInfo(source.Kind, source.Name),
            CanStart = source.CanTrain,
            NeedsTokenToRead = guard.NeedsTokenToRead,
            Models = [.. BuiltInModels.All.Select(model => new ModelInfo(model.Name, [model.Input.Height, model.Input.Width, model.Input.Channels]))],
            Datasets = [.. ImageFolder.Catalog.Names.Select(name => name.Name).Where(name => !name.EndsWith("FILE", StringComparison.Ordinal))],
            Optimizers = OptimizerSettings.Names,
            Schedules = ScheduleSettings.Names,
            Losses = LossFunction.Names,
        };
        return Answer.JsonAsync(context, info, DashboardJson.Default.Info);
    }
}
