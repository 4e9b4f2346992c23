using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Client.Sources;
using DistConv.Core;

namespace DistConv.Cli.Options;

/// <summary>Which job store a command line means.</summary>
/// <param name="Directory">The folder, as it was given.</param>
/// <param name="Argument">What to add to a command so that it finds the same store: " --store DIR", or nothing.</param>
internal sealed record StoreOptions(string Directory, string Argument)
{
    /// <summary>The folder if neither option nor environment variable says otherwise.</summary>
    public const string DefaultFolder = "distconv-jobs";

    /// <summary>What messages call it.</summary>
    public SourceName Name => new($"store '{Directory}'", Argument, IsRemote: false);

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidInputException">The option is empty.</exception>
    public static StoreOptions Read(ParseResult parsed, Option<string?> option, CliContext context)
    {
        string? given = parsed.GetValue(option);
        if (given is not null && string.IsNullOrWhiteSpace(given)) throw new InvalidInputException("--store is empty; name a folder");
        return given is not null
            ? new StoreOptions(given, $" --store {Format.ShellWord(given)}")
            : new StoreOptions(context.Variable(CommonOptions.StoreVariable) ?? DefaultFolder, "");
    }

    /// <summary>The store's jobs, to be looked at.</summary>
    public NamedSource ToSource(CliContext context) => new(Open(context), Name);

    /// <summary>The store, to be looked at; there need not be such a folder.</summary>
    public StoreSource Open(CliContext context) => new(Directory, new DataOptions { Warn = context.Output.Warn }, context.Time);
}
