namespace DistConv.Client.Exports;

/// <summary>Writes the entries of a job's record in some format.</summary>
internal interface IRecordWriter
{
    /// <summary>Writes what comes before the first entry.</summary>
    void Begin();

    /// <summary>Writes an entry.</summary>
    /// <param name="entry">The entry, after the one before it.</param>
    void Write(JobRecord entry);

    /// <summary>Writes what is held back.</summary>
    void End();
}
