using DistConv.Dashboard.Api;
using DistConv.Dashboard.Series;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Live;

/// <summary>Turns pages of a record into messages.</summary>
internal static class StepRows
{
    /// <summary>How many steps a message has at most; whoever is further behind reads the series again.</summary>
    public const int MaxRows = 500;

    /// <summary>The message of some steps.</summary>
    /// <param name="job">The job.</param>
    /// <param name="steps">The steps in the order of the record; one may occur twice.</param>
    /// <param name="cursor">The position after them.</param>
    public static LiveMessage Message(string job, IReadOnlyList<StepEntry> steps, RecordCursor cursor)
    {
        if (steps.Count > MaxRows) return LiveStream.Resync(job) with { Job = job, Cursor = cursor };
        StepColumns columns = new();
        foreach (StepEntry step in steps) columns.Add(step);
        IReadOnlyList<string> names = columns.Recorded;
        double?[][] rows = new double?[columns.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new double?[2 + names.Count];
            (rows[i][0], rows[i][1]) = (columns.Step(i), columns.Time(i));
            for (int column = 0; column < names.Count; column++) rows[i][2 + column] = columns.Column(names[column])[i];
        }

        return LiveMessage.Of("steps", new StepsEvent(job, names, rows), DashboardJson.Default.StepsEvent) with { Job = job, Cursor = cursor };
    }
}
