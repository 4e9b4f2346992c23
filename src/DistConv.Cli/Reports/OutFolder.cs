using System.Text.Json.Nodes;
using DistConv.Core;

namespace DistConv.Cli.Reports;

/// <summary>The folder of <c>--out</c>: <c>initial.dcs</c>, <c>final.dcs</c> and <c>result.json</c>, each complete or not there.</summary>
internal sealed class OutFolder
{
    private OutFolder(string path) => FullPath = path;

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Makes the folder and tries whether files can be written, before hours are spent.</summary>
    /// <param name="path">What <c>--out</c> named, or null.</param>
    /// <returns>Null without a path.</returns>
    /// <exception cref="InvalidInputException">The folder cannot be made or written.</exception>
    public static OutFolder? Prepare(string? path)
    {
        if (path is null) return null;
        try
        {
            string folder = Directory.CreateDirectory(path).FullName;
            string probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            return new OutFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidInputException($"--out '{path}' cannot be written ({e.Message.ReplaceLineEndings(" ")}); name another folder", e);
        }
    }

    /// <summary>Copies the snapshots and writes the result.</summary>
    /// <returns>The report with this folder and the paths in it.</returns>
    public RunReport Fill(RunReport report)
    {
        RunReport here = report with
        {
            OutDirectory = FullPath,
            InitialSnapshot = Copy(report.InitialSnapshot, "initial"),
            FinalSnapshot = Copy(report.FinalSnapshot, "final"),
        };
        JsonObject json = here.ToJson();
        Publish(Path.Combine(FullPath, "result.json"), temporary => File.WriteAllText(temporary, json.ToString() + "\n"));
        return here;
    }

    private string? Copy(string? source, string name)
    {
        if (source is null) return null;
        string target = Path.Combine(FullPath, name + Path.GetExtension(source));
        Publish(target, temporary => File.Copy(source, temporary, overwrite: true));
        return target;
    }

    private static void Publish(string path, Action<string> write)
    {
        string temporary = path + ".tmp";
        write(temporary);
        File.Move(temporary, path, overwrite: true);
    }
}
