using System.CommandLine;
using DistConv.Training.Data.Fetch;

namespace DistConv.Cli.Options;

/// <summary>Options that several commands share, each a new object, and how to read them.</summary>
internal static class CommonOptions
{
    /// <summary>Environment variable behind <c>--store</c>.</summary>
    public const string StoreVariable = "DISTCONV_STORE";

    /// <summary>Environment variable behind <c>--data-dir</c>.</summary>
    public const string DataVariable = "DISTCONV_DATA";

    /// <summary>Environment variable behind <c>--data-memory</c>.</summary>
    public const string DataMemoryVariable = "DISTCONV_DATA_MEMORY";

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print exactly one JSON object as the last line of standard output." };

    /// <summary><c>--quiet</c>.</summary>
    public static Option<bool> Quiet() => new("--quiet") { Description = "Say nothing on the way (errors are still shown)." };

    /// <summary><c>--store</c>.</summary>
    public static Option<string?> Store() => Text("--store", "DIR", $"The job store [{StoreVariable}; default: ./{StoreOptions.DefaultFolder}].");

    /// <summary><c>--out</c>.</summary>
    public static Option<string?> Out() =>
        Text("--out", "DIR|-",
            "A folder for the pictures, the result, and copies of the first and the last snapshot; -: a tar archive of them on standard output.");

    /// <summary><c>--data-dir</c>.</summary>
    public static Option<string?> DataDirectory() =>
        Text("--data-dir", "DIR",
            $"The folder that holds data sets: the files, or a folder named as the data set; the cache is looked at next [{DataVariable}].");

    /// <summary><c>--cache</c>.</summary>
    public static Option<string?> Cache() =>
        Text("--cache", "DIR", $"Where fetched data sets are kept [{DataCache.Variable}; default: the user's cache folder].");

    /// <summary><c>--data-memory</c>.</summary>
    public static Option<string?> DataMemory() =>
        Text("--data-memory", "SIZE",
            "Memory of each process for decoded pictures, as 512MB; a larger folder of pictures stays in the cache file and is read as it is needed; bits do "
            + $"not depend on it [from 1MB; {DataMemoryVariable}; default: a quarter of the memory].");

    /// <summary><c>--threads</c>.</summary>
    public static Option<int?> Threads() =>
        NumberOption.Whole("--threads", "N", "Threads that compute; bits do not depend on it [default: all cores].", 1, 1024);

    /// <summary>An option that takes any text.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Arity = ArgumentArity.ExactlyOne };

    /// <summary>How many threads: what was given, or the processes' shares of the cores.</summary>
    public static int ReadThreads(this ParseResult parsed, Option<int?> option, int processes = 1) =>
        parsed.GetValue(option) ?? int.Max(1, Environment.ProcessorCount / processes);
}
