using DistConv.Client;

namespace DistConv.Silo.Embedded;

/// <summary>How <see cref="EmbeddedDistConv"/> trains in this process.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>The job store; it is created if there is none. Default: <c>distconv-jobs</c> in the working directory.</summary>
    public string StoreDirectory { get; init; } = "distconv-jobs";

    /// <summary>Where data sets are.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>Compute threads of each silo, 1 to 1,024. Default: the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The kernel set by name. Null (the default): the one that <c>DISTCONV_KERNEL</c> names, else the fastest. It changes no bit.</summary>
    public string? Kernel { get; init; }

    /// <summary>Silos: this process is one, the others are child processes. Default: 1.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>A program that calls <see cref="ChildSilo.RunAsync"/>, with its arguments; needed for more than one silo. Default: none.</summary>
    public IReadOnlyList<string> ChildCommand { get; init; } = [];
}
