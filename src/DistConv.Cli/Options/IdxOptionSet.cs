using System.CommandLine;
using DistConv.Core;
using DistConv.Training.Data.Idx;

namespace DistConv.Cli.Options;

/// <summary>How IDX files become a data set: for commands that name them by <c>idx:DIR</c>. A job's specification keeps it.</summary>
internal sealed class IdxOptionSet
{
    private readonly Option<bool> _transpose =
        new("--transpose") { Description = "Of idx:DIR: exchange rows and columns of each picture, as EMNIST needs it." };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_transpose);

    /// <summary>Reads it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The data set.</param>
    /// <returns>The options; without effect on other data sets.</returns>
    /// <exception cref="InvalidInputException">It is given, and the data set is of another kind.</exception>
    public IdxOptions Read(ParseResult parsed, string data)
    {
        bool isTransposed = parsed.GetValue(_transpose);
        return isTransposed && !data.StartsWith("idx:", StringComparison.Ordinal)
            ? throw new InvalidInputException($"{_transpose.Name} is for IDX files, --data idx:DIR; the data set here is '{data}'")
            : new IdxOptions(isTransposed);
    }
}
