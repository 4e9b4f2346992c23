using DistConv.Client;

namespace DistConv.Dashboard.Api;

/// <summary>What the dashboard shows, and what a form may offer.</summary>
internal sealed record Info
{
    /// <summary>DistConv's version.</summary>
    public required string Version { get; init; }

    /// <summary>Where the jobs are.</summary>
    public required SourceInfo Source { get; init; }

    /// <summary>Whether jobs can be started and resumed.</summary>
    public required bool CanStart { get; init; }

    /// <summary>Whether reading needs the token.</summary>
    public required bool NeedsTokenToRead { get; init; }

    /// <summary>The built-in models.</summary>
    public required IReadOnlyList<ModelInfo> Models { get; init; }

    /// <summary>The names of data sets; one that ends in DIR wants a folder.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>The optimizers.</summary>
    public required IReadOnlyList<string> Optimizers { get; init; }

    /// <summary>The learning-rate schedules.</summary>
    public required IReadOnlyList<string> Schedules { get; init; }

    /// <summary>The losses.</summary>
    public required IReadOnlyList<string> Losses { get; init; }
}

/// <summary>Where jobs are.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Name">What people call it.</param>
internal sealed record SourceInfo(JobSourceKind Kind, string Name);

/// <summary>A built-in model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Input">Height, width and channels of its input.</param>
internal sealed record ModelInfo(string Name, IReadOnlyList<int> Input);
