using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Core;
using Microsoft.Extensions.Configuration;

namespace DistConv.Cli.Commands.Serve;

/// <summary>Where <c>serve</c> gets a setting from.</summary>
/// <param name="parsed">The command line.</param>
/// <param name="context">The environment.</param>
/// <param name="file">The files' section.</param>
internal sealed class ServeSettings(ParseResult parsed, CliContext context, IConfigurationSection file)
{
    /// <summary>The files' name.</summary>
    public const string FileName = "appsettings.json";

    private const string Section = "DistConv";

    /// <summary>Reads the files.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">The environment.</param>
    /// <param name="folders">Where the files may be; a later one goes before an earlier one.</param>
    /// <param name="names">The settings that there are.</param>
    /// <returns>All settings.</returns>
    /// <exception cref="InvalidInputException">A file is no JSON, or sets what does not exist.</exception>
    public static ServeSettings Read(ParseResult parsed, CliContext context, IEnumerable<string> folders, IReadOnlyCollection<string> names)
    {
        ConfigurationBuilder builder = new();
        foreach (string path in folders.Select(folder => Path.Combine(folder, FileName)).Distinct())
        {
            builder.AddJsonFile(path, optional: true, reloadOnChange: false);
        }

        try
        {
            IConfigurationSection section = builder.Build().GetSection(Section);
            foreach (IConfigurationSection child in section.GetChildren())
            {
                if (names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) continue;
                throw new InvalidInputException($"{FileName} sets {Section}:{child.Key}, which does not exist{Suggestion.DidYouMean(child.Key, names)}");
            }

            return new ServeSettings(parsed, context, section);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{FileName} cannot be read: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>A setting.</summary>
    /// <param name="option">The option.</param>
    /// <param name="variable">The environment variable.</param>
    /// <param name="name">The name in the files.</param>
    /// <returns>Its value; null if nobody gives one.</returns>
    /// <exception cref="InvalidInputException">The option is empty.</exception>
    public NamedSetting? Find(Option<string?> option, string variable, string name)
    {
        if (parsed.GetValue(option) is { } given)
        {
            return string.IsNullOrWhiteSpace(given)
                ? throw new InvalidInputException($"{option.Name} is empty; give {option.HelpName}")
                : new NamedSetting(given, option.Name);
        }

        if (context.Variable(variable) is { } set) return new NamedSetting(set, variable);
        return file[name] is { Length: > 0 } written ? new NamedSetting(written, $"{FileName}'s {Section}:{name}") : null;
    }
}
