namespace DistConv.Cli.Options;

/// <summary>A setting's value and what gave it: an option, an environment variable, or a settings file.</summary>
/// <param name="Value">The text.</param>
/// <param name="Source">What gave it, for an error's line.</param>
internal sealed record NamedSetting(string Value, string Source);
