namespace DistConv.Cli.Options;

/// <summary>What messages call a source of jobs.</summary>
/// <param name="Name">For example "store 'distconv-jobs'" or "cluster 'distconv' at redis://…".</param>
/// <param name="Argument">What to add to a command so that it finds the same source: " --store DIR", " --cluster ADDRESS" or nothing.</param>
/// <param name="IsRemote">Whether the jobs' files are out of this machine's reach.</param>
internal sealed record SourceName(string Name, string Argument, bool IsRemote);
