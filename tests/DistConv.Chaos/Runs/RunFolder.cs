namespace DistConv.Chaos.Runs;

/// <summary>The folder of a run: it goes when the run went well, and stays with all lines of all processes when it did not.</summary>
internal sealed class RunFolder : IDisposable
{
    /// <summary>Makes a folder.</summary>
    public RunFolder() => Path = Directory.CreateTempSubdirectory("distconv-chaos-").FullName;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Set when everything went well.</summary>
    public bool IsGood { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsGood) Directory.Delete(Path, recursive: true);
        else Console.WriteLine($"all lines of all processes: {System.IO.Path.Combine(Path, "journal.log")}");
    }
}
