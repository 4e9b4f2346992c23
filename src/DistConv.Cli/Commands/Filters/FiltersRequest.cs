using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Core;
using DistConv.Filters.Pictures;

namespace DistConv.Cli.Commands.Filters;

/// <summary>What a line of <c>distconv filters</c> asks for.</summary>
/// <param name="Target">Whose kernels.</param>
internal sealed record FiltersRequest(SnapshotTarget Target)
{
    /// <summary>Names of layers; none: the mode's choice.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>The file to be written, or null for <see cref="OutFile"/>'s default.</summary>
    public string? Out { get; init; }

    /// <summary>What to compare with, or null for the untrained network.</summary>
    public SnapshotTarget? Before { get; init; }

    /// <summary>The colours.</summary>
    public KernelLook Look { get; init; } = new();

    /// <summary>Whether the result is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>What titles call the target.</summary>
    public string TargetName => Target.Folder is { } job ? $"job {job.Id}" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Target.Name));

    /// <summary>The file to be written.</summary>
    /// <param name="ending">What its name ends in: ".png".</param>
    /// <param name="mode">What else the default name says, so that no mode overwrites another's picture: "-maximized".</param>
    /// <returns>Its path.</returns>
    /// <exception cref="InvalidInputException"><c>--out</c> ends otherwise.</exception>
    public string OutFile(string ending, string mode = "")
    {
        if (Out is null) return $"filters-{Target.Folder?.Id ?? Path.GetFileNameWithoutExtension(TargetName)}{mode}{ending}";
        return string.Equals(Path.GetExtension(Out), ending, StringComparison.OrdinalIgnoreCase)
            ? Out
            : throw new InvalidInputException($"--out '{Out}' does not end in {ending}, which is what is written: name a file such as filters{ending}");
    }
}

/// <summary>One way to look at kernels.</summary>
internal interface IFiltersMode
{
    /// <summary>Writes the result.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="context">Where it goes.</param>
    /// <exception cref="InvalidInputException">It cannot be shown in this way.</exception>
    void Run(FiltersRequest request, CliContext context);
}
