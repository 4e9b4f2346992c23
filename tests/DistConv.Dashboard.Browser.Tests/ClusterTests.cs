using System.Text.RegularExpressions;
using DistConv.Cli.Tests.Support;
using DistConv.Dashboard.Browser.Tests.Support;
using DistConv.Tests.Shared;
using Microsoft.Playwright;
using Xunit;

namespace DistConv.Dashboard.Browser.Tests;

/// <summary>The page over a cluster of real processes.</summary>
public sealed class ClusterTests(Chromium chromium) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Machines_siloKilled_lanesHealAndItsEventIsSeen()
    {
        Chromium.EnsureInstalled();
        using ServedSilo host = new(_folder.FullPath, null, "--host-membership", "127.0.0.1:0", "--store", _folder["jobs"]);
        string address = (await host.LineAsync("hosts the list of silos at "))["this silo hosts the list of silos at ".Length..].Split(',')[0];
        await host.ReadyAsync();
        using ServedSilo other = new(_folder.FullPath, null, "--cluster", address, "--store", _folder["jobs"]);
        await other.ReadyAsync();
        (DistConvProcess process, Uri link) = await Digits.ServeAsync(_folder, "dashboard", "--cluster", address, "--port", "0");
        using DistConvProcess served = process;
        await using DashboardPage page = await chromium.OpenAsync(link);
        await SubmitAsync(address, "m");
        await page.GoAsync("#/machines");
        ILocator silos = page.Region("Table of silos").Locator("tbody tr");
        await Assertions.Expect(silos).ToHaveCountAsync(2);
        await page.SaysAsync(page.Region("Shard tree of m"), "subtrees are sent and added");
        ILocator lanes = page.Region("Steps of m").Locator(".lane-names li");
        await Assertions.Expect(lanes).ToHaveCountAsync(8);
        ILocator dying = silos.Filter(new LocatorFilterOptions { HasText = $"process {other.Process.Id}" });
        ILocator surviving = silos.Filter(new LocatorFilterOptions { HasText = $"process {host.Process.Id}" });
        await Assertions.Expect(dying).ToContainTextAsync(new Regex(@"computing.* %[\d.]+ [MG]B\d+\.\d+\.\d+"));
        await page.CheckAccessAsync("machines");
        string lost = await dying.Locator("th small").First.InnerTextAsync(), left = await surviving.Locator("th small").First.InnerTextAsync();
        await Assertions.Expect(lanes.Filter(new LocatorFilterOptions { HasText = lost })).ToHaveCountAsync(4);

        other.Process.Kill();
        await page.SaysAsync(page.Region("Shard tree of m"), "one silo computes it whole");
        // It was lost, its successor misses it if it was the coordinator, or it had been given up as slow on a busy machine.
        await page.SaysAsync(silos.Filter(new LocatorFilterOptions { HasText = lost }), "; the other silos take over its");
        await Assertions.Expect(lanes.And(page.Page.Locator(":not(.silent)"))).ToHaveCountAsync(8);
        await Assertions.Expect(lanes.And(page.Page.Locator(":not(.silent)")).Filter(new LocatorFilterOptions { HasText = left })).ToHaveCountAsync(8);
        await Assertions.Expect(lanes.And(page.Page.Locator(".silent")).Filter(new LocatorFilterOptions { HasText = lost })).ToHaveCountAsync(4);
        await page.SaysAsync(surviving, "coordinates m");

        await page.GoAsync("#/job/m");
        await page.SaysAsync(page.Region("Events"), "silo lost");
        long seen = await page.NewestAsync("Loss");
        await RunningJob.PastStepAsync(page, seen + 5);
        Digits.EnsureRecorded(await page.SaveCsvAsync("Loss"), await Digits.LossesAsync(_folder, "m", "--cluster", address));
    }

    [Fact]
    public async Task Page_ofAClusterWithAListOfItsOwn_startsAJobThatIsDone()
    {
        Chromium.EnsureInstalled();
        await using ListServer list = await ListServer.StartAsync(_folder["list"], Stop);
        using ServedSilo silo = new(_folder.FullPath, null, "--cluster", list.Url, "--store", _folder["jobs"]);
        await silo.ReadyAsync();
        (DistConvProcess process, Uri link) = await Digits.ServeAsync(_folder, "dashboard", "--cluster", list.Url, "--port", "0");
        using DistConvProcess served = process;
        await using DashboardPage page = await chromium.OpenAsync(link, width: 390, isDark: true);
        await page.SaysAsync(page.Page.Locator(".source"), list.Url);
        await SubmitAsync(list.Url, "m", "--epochs", "2");
        await page.GoAsync("#/job/m");
        await page.SaysAsync(page.Page.Locator(".page-head .badge"), "done");
        Digits.EnsureRecorded(await page.SaveCsvAsync("Loss"), await Digits.LossesAsync(_folder, "m", "--cluster", list.Url));
        await page.GoAsync("#/job/m/filters");
        await Assertions.Expect(page.Page.Locator(".filter-tile")).ToHaveCountAsync(6);
    }

    /// <summary>Starts a job in the cluster and lets it run.</summary>
    private Task<string[]> SubmitAsync(string cluster, string job, params string[] more) => Digits.RunAsync(
        _folder,
        [
            "train", "--cluster", cluster, "--data", "digits", "--model", _folder.Write("small.json", Digits.Model), "--samples", "640", "--batch", "32",
            "--job", job, "--detach", .. more.Length > 0 ? more : ["--epochs", "100000"],
        ]);
}
