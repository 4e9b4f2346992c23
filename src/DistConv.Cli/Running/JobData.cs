using DistConv.Core;
using DistConv.Training.Data;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Running;

/// <summary>Finds the data set of a job.</summary>
internal static class JobData
{
    private const string FolderPrefix = "idx:";

    /// <summary>Opens a data set as a person names it.</summary>
    /// <param name="name">For example "digits" or "idx:DIR".</param>
    /// <param name="dataDirectory">The data folder, or null.</param>
    /// <returns>The data, and the folder in which the name of the specification finds it again.</returns>
    /// <exception cref="InvalidInputException">There is no such data set, or it is damaged.</exception>
    public static (DataSource Data, string? Directory) Open(string name, string? dataDirectory)
    {
        DataSource data = DataCatalog.Open(name, dataDirectory);
        string? directory = name.StartsWith(FolderPrefix, StringComparison.Ordinal) ? name[FolderPrefix.Length..] : dataDirectory;
        return (data, directory is null ? null : Path.GetFullPath(directory));
    }

    /// <summary>Opens the data set of a specification and checks that it is the one.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="source">What the message calls the job or snapshot.</param>
    /// <param name="dataDirectory">The data folder, or null.</param>
    /// <returns>The data and its folder.</returns>
    /// <exception cref="InvalidInputException">It is not there, or is another one.</exception>
    public static (DataSource Data, string? Directory) Reopen(JobSpec spec, string source, string? dataDirectory)
    {
        (DataSource data, string? directory) = Open(spec.Data, dataDirectory);
        string where = directory is null ? "" : $" in '{directory}'";
        return data.Fingerprint == spec.DataFingerprint
            ? (data, directory)
            : throw new InvalidInputException(
                $"{source} was trained on other data: its '{spec.Data}' is {spec.DataFingerprint}, and here is {data.Fingerprint}{where}");
    }
}
