using System.CommandLine;
using System.Net;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Core;
using DistConv.Dashboard;

namespace DistConv.Cli.Commands.Dashboard;

/// <summary>The options of <c>dashboard</c>.</summary>
internal sealed class DashboardCommandOptions
{
    private const int MaxTokenFileBytes = 4096;

    private readonly Option<string?> _store = CommonOptions.Store();
    private readonly ClusterOptionSet _cluster = new();
    private readonly DataOptionSet _data = new();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<int?> _port = NumberOption.Whole(
        "--port", "PORT", $"The page's port; 0: a free one [default: {DashboardOptions.DefaultPort}].", 0, IPEndPoint.MaxPort);

    private readonly Option<string?> _listen = CommonOptions.Text(
        "--listen", "ADDRESS",
        "The address of this machine on which it listens; 0.0.0.0: all. Off this machine, reading needs the token [default: 127.0.0.1].");

    private readonly Option<string[]> _hosts = new("--allow-host")
    {
        Description = "A name by which browsers reach it, beside localhost, this machine's name and addresses; may be given several times.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _tokenFile = CommonOptions.Text(
        "--token-file", "FILE", $"Holds the token, which everything but reading on this machine needs [{DashboardOptionSet.TokenVariable}: the token itself; "
        + "default: a new one, printed with the link].");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _cluster.AddTo(command);
        _data.AddTo(command);
        foreach (Option option in (ReadOnlySpan<Option>)[_port, _listen, _hosts, _tokenFile, _store, _threads]) command.Add(option);
    }

    /// <summary>Reads them.</summary>
    /// <returns>The dashboard, and where the jobs are.</returns>
    /// <exception cref="InvalidInputException">They contradict each other, or have values that they do not know.</exception>
    public (DashboardChoice Choice, RunRequest Run) Read(ParseResult parsed, CliContext context)
    {
        RunRequest run = new()
        {
            Store = StoreOptions.Read(parsed, _store, context),
            Cluster = _cluster.Read(parsed, context, elsewhere: [_store], silosOwn: [_threads]),
            Data = _data.Read(parsed, context),
            Threads = parsed.ReadThreads(_threads),
        };
        IPAddress address = parsed.GetValue(_listen) is { } listen ? EndPointText.Listen(new NamedSetting($"{Bracketed(listen)}:0", "--listen")).Address
            : IPAddress.Loopback;
        DashboardChoice choice = new(new IPEndPoint(address, parsed.GetValue(_port) ?? DashboardOptions.DefaultPort), Token(parsed, context))
        {
            AllowedHosts = parsed.GetValue(_hosts) ?? [],
        };
        return (choice, run);
    }

    private static string Bracketed(string address) => address.Contains(':', StringComparison.Ordinal) && !address.StartsWith('[') ? $"[{address}]" : address;

    private NamedSetting? Token(ParseResult parsed, CliContext context)
    {
        if (parsed.GetValue(_tokenFile) is not { } file)
            return context.Variable(DashboardOptionSet.TokenVariable) is { } token ? new NamedSetting(token, DashboardOptionSet.TokenVariable) : null;
        try
        {
            using FileStream stream = File.OpenRead(file);
            return stream.Length <= MaxTokenFileBytes
                ? new NamedSetting(new StreamReader(stream).ReadToEnd(), $"--token-file {file}")
                : throw new InvalidInputException($"--token-file is '{file}', which has more than {MaxTokenFileBytes} bytes; name a file that holds a token");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidInputException($"--token-file is '{file}', which cannot be read ({e.Message}); name a file that holds a token", e);
        }
    }
}
