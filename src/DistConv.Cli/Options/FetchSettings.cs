using DistConv.Cli.Context;
using DistConv.Cli.Datasets;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Core;
using DistConv.Training.Data.Fetch;

namespace DistConv.Cli.Options;

/// <summary>How this command line fetches data sets.</summary>
/// <param name="Cache">Full path of the cache.</param>
/// <param name="Argument">What to add to a command so that it finds the same cache: " --cache DIR", or nothing.</param>
/// <param name="Context">Where it says what it fetches, and what stops it.</param>
internal sealed record FetchSettings(string Cache, string Argument, CliContext Context)
{
    /// <summary>Environment variable behind <c>--offline</c>: anything but 0 and false forbids downloads.</summary>
    public const string OfflineVariable = "DISTCONV_OFFLINE";

    /// <summary>Environment variable with mirrors that replace the public ones, separated by commas: FILE of data set NAME is at MIRROR/NAME/FILE.</summary>
    public const string MirrorVariable = "DISTCONV_MIRROR";

    /// <summary>Whether downloads are forbidden.</summary>
    public bool Offline { get; init; }

    /// <summary>The mirrors instead of the public ones; none: the public ones.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>Reads the options and the environment.</summary>
    /// <exception cref="InvalidInputException">An option is empty, or a mirror is no URL.</exception>
    public static FetchSettings Read(string? cache, bool offline, CliContext context)
    {
        if (cache is not null && string.IsNullOrWhiteSpace(cache)) throw new InvalidInputException("--cache is empty; name a folder");
        string path = cache is null ? DataCache.Locate(context.Environment) : Path.GetFullPath(cache);
        return new FetchSettings(path, cache is null ? "" : $" --cache {Format.ShellWord(cache)}", context)
        {
            Offline = offline || context.Variable(OfflineVariable) is not (null or "0" or "false"),
            Mirrors = [.. Words(context.Variable(MirrorVariable) ?? "").Select(ParseMirror)],
        };
    }

    /// <summary>The same for the library, which says what it does on this command line's output.</summary>
    public DataOptions ToDataOptions() => new()
    {
        CacheDirectory = Cache,
        IsOffline = Offline,
        Mirrors = Mirrors,
        Note = Context.Output.Say,
        Warn = line => Context.Output.Warn(OptionSpelling.Apply(line)),
        Progress = new FetchReporter(Context).Report,
    };

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Uri ParseMirror(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? mirror) && mirror.Scheme is ("http" or "https")
        ? mirror
        : throw new InvalidInputException($"{MirrorVariable} names '{text}'; give URLs as http://host/path, separated by commas");
}
