using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Client;

namespace DistConv.Cli.Options;

/// <summary>The options of every command that opens a data set.</summary>
internal sealed class DataOptionSet
{
    private readonly Option<string?> _dataDirectory = CommonOptions.DataDirectory();
    private readonly Option<string?> _cache = CommonOptions.Cache();
    private readonly Option<string?> _memory = CommonOptions.DataMemory();

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = $"Download nothing: a data set that is neither in the data folder nor in the cache is an error [{FetchSettings.OfflineVariable}=1].",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_dataDirectory, _cache, _memory, _offline]) command.Add(option);
    }

    /// <summary>Reads them.</summary>
    public DataOptions Read(ParseResult parsed, CliContext context) =>
        FetchSettings.Read(parsed.GetValue(_cache), parsed.GetValue(_offline), context).ToDataOptions() with
        {
            Directory = parsed.GetValue(_dataDirectory),
            FallbackDirectory = context.Variable(CommonOptions.DataVariable),
            MemoryBytes = Memory(parsed, context) is { } memory ? SizeText.DataMemory(memory) : null,
        };

    private NamedSetting? Memory(ParseResult parsed, CliContext context) =>
        parsed.GetValue(_memory) is { } given ? new NamedSetting(given, _memory.Name)
        : context.Variable(CommonOptions.DataMemoryVariable) is { } set ? new NamedSetting(set, CommonOptions.DataMemoryVariable)
        : null;
}
