using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Core;
using DistConv.Silo.Exporters;
using DistConv.Training.Loop;
using DistConv.Training.Specification;

namespace DistConv.Cli.Options;

/// <summary>The options that <c>train</c> and <c>jobs resume</c> share.</summary>
internal sealed class RunOptionSet
{
    private const int MaxSilos = 64;

    private readonly Option<string?> _store = CommonOptions.Store();
    private readonly ClusterOptionSet _cluster = new();
    private readonly DataOptionSet _data = new();
    private readonly Option<int?> _silos = NumberOption.Whole(
        "--silos", "N", "Processes that compute together; bits do not depend on it [default: 1].", 1, MaxSilos);

    private readonly Option<int?> _threads = NumberOption.Whole(
        "--threads", "N", "Threads that compute in each silo; bits do not depend on it [default: cores / silos].", 1, 1024);

    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<bool> _quiet = CommonOptions.Quiet();

    private readonly Option<long?> _stopAt =
        NumberOption.Whole("--stop-at", "STEP", "End after this step of the job, with a snapshot.", 1, SpecificationLimits.MaxSteps);

    private readonly Option<long?> _snapshotEvery = NumberOption.Whole(
        "--snapshot-every", "STEPS", "A snapshot after every so many steps, instead of one every 5 s; always one each epoch.", 1, SpecificationLimits.MaxSteps);

    private readonly Option<long?> _normsEvery = NumberOption.Whole(
        "--norms-every", "STEPS", "Record the norms of each layer's gradient and weights in every so many steps; 0: never [default: 10].", 0,
        SpecificationLimits.MaxSteps);

    private readonly Option<bool> _local = new("--local") { Description = "The control run: the same training in this process without grains." };

    private readonly Option<bool> _detach =
        new("--detach") { Description = "Return as soon as the cluster trains the job; watch it by 'distconv jobs watch'." };

    private readonly DashboardOptionSet _dashboard = new();

    private readonly TelemetryOptionSet _telemetry = new(isServer: false);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _data.AddTo(command);
        _cluster.AddTo(command);
        Option[] own =
            [_stopAt, _silos, _threads, _store, _snapshotEvery, _normsEvery, _local, _dashboard.Option, _telemetry.Option, _detach, _json, _quiet];
        foreach (Option option in own) command.Add(option);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidInputException">An option has a value that it does not know, or contradicts another one.</exception>
    public RunRequest Read(ParseResult parsed, CliContext context)
    {
        TelemetryOptions? telemetry =
            parsed.GetValue(_telemetry.Option) is { } exporters ? _telemetry.Read(new NamedSetting(exporters, _telemetry.Option.Name)) : null;
        if (telemetry is not null && parsed.GetValue(_local)) throw new InvalidInputException("--telemetry needs grains; leave --local out");
        ClusterChoice? cluster = _cluster.Read(parsed, context, elsewhere: [_local, _silos, _store], silosOwn: [_threads, _telemetry.Option]);
        if (cluster is null && parsed.GetValue(_detach))
        {
            throw new InvalidInputException(
                "--detach needs a cluster that trains while nobody watches: start 'distconv serve' on each machine, and "
                + "name it by --cluster redis://HOST:PORT");
        }

        if (parsed.GetValue(_detach) && parsed.GetValue(_dashboard.Option) is not null) throw new InvalidInputException(
            "--dashboard needs this process, which --detach ends; leave one of them out, and look at the cluster by 'distconv dashboard'");
        int silos = parsed.GetValue(_silos) ?? 1;
        if (silos > 1 && parsed.GetValue(_local)) throw new InvalidInputException("--silos needs grains; leave --local out");
        return new RunRequest
        {
            Store = StoreOptions.Read(parsed, _store, context),
            Cluster = cluster,
            Detach = parsed.GetValue(_detach),
            Data = _data.Read(parsed, context),
            Silos = silos,
            Threads = parsed.ReadThreads(_threads, silos),
            StopAt = parsed.GetValue(_stopAt),
            SnapshotEverySteps = parsed.GetValue(_snapshotEvery),
            NormsEverySteps = parsed.GetValue(_normsEvery) ?? RunOptions.DefaultNormsEverySteps,
            Local = parsed.GetValue(_local),
            Dashboard = _dashboard.Read(parsed, context),
            Telemetry = telemetry,
            Json = parsed.GetValue(_json),
            Quiet = parsed.GetValue(_quiet),
        };
    }
}
