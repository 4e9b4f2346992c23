using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client.Datasets;
using DistConv.Core;
using DistConv.Training.Data.Fetch;

namespace DistConv.Cli.Commands.Data;

/// <summary><c>distconv data fetch</c>: brings a data set into the cache, verified.</summary>
internal static class DataFetchCommand
{
    private const double DefaultTimeoutSeconds = 30;

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "fetch",
            "Fetch a data set from its public mirrors into the cache; every file is compared with a pinned SHA-256. An interrupted fetch goes on where it "
                + "ended. "
            + $"{FetchSettings.MirrorVariable} names mirrors to ask instead: FILE of data set NAME is at URL/NAME/FILE.",
            "distconv data fetch mnist",
            "distconv data fetch cifar10 --cache DIR");
        Argument<string> name = new("NAME") { Description = $"A data set: {Choices}." };
        Option<string?> cache = CommonOptions.Cache();
        Option<float?> timeout = NumberOption.Real<float>(
            "--timeout",
            "SECONDS",
            $"After so long without a byte the next mirror is asked [default: {DefaultTimeoutSeconds}].",
            "a number above 0, at most 3600",
            value => value is > 0 and <= 3600);
        Option<bool> json = CommonOptions.Json(), quiet = CommonOptions.Quiet();
        command.Add(name);
        foreach (Option option in (ReadOnlySpan<Option>)[cache, timeout, json, quiet]) command.Add(option);
        command.SetAction((parsed, _) =>
        {
            context.Output.Quiet = parsed.GetValue(quiet);
            FetchOptions options = new() { StallTimeout = TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? DefaultTimeoutSeconds), VerifyPresent = true };
            return RunAsync(parsed.GetRequiredValue(name), FetchSettings.Read(parsed.GetValue(cache), offline: false, context), options, parsed.GetValue(json));
        });
        return command;
    }

    private static string Choices => string.Join(", ", RemoteSets.All.Select(set => set.Name));

    private static async Task<int> RunAsync(string name, FetchSettings settings, FetchOptions options, bool json)
    {
        RemoteSet set = RemoteSets.Find(name) ?? throw Unknown(name);
        FetchResult result = await DataDownload.RunAsync(set, settings.ToDataOptions(), options, settings.Context.Stop);
        IConsoleOutput output = settings.Context.Output;
        if (json)
        {
            JsonLine.Write(output, ToJson(set, result));
            return ExitCodes.Done;
        }

        string news = result.Fetched.Count == 0 ? "all here already" : $"{Format.Bytes(result.Fetched.Sum(file => file.Bytes))} fetched and verified";
        output.Result($"{set.Name}: {Format.Plural(set.FinalNames.Count, "file")} in {result.Directory}; {news}");
        output.Result("next:");
        output.Result($"  distconv data show {set.Name}{settings.Argument}");
        output.Result($"  distconv train --data {set.Name}{(set.Name == "cifar10" ? " --model FILE.json" : "")}{settings.Argument}");
        return ExitCodes.Done;
    }

    private static JsonObject ToJson(RemoteSet set, FetchResult result) => new()
    {
        ["name"] = set.Name,
        ["directory"] = result.Directory,
        ["files"] = JsonLine.Array(set.FinalNames, name => name),
        ["fetched"] = JsonLine.Array(result.Fetched, file => new JsonObject
        {
            ["name"] = file.Name,
            ["bytes"] = file.Bytes,
            ["source"] = file.Source?.AbsoluteUri,
        }),
    };

    private static InvalidInputException Unknown(string name) => name == "digits"
        ? new($"data set 'digits' is drawn and needs no fetching; what can be fetched: {Choices}")
        : new($"there is no data set '{name}' to fetch; the choices are {Choices}{Suggestion.DidYouMean(name, RemoteSets.All.Select(set => set.Name))}");
}
