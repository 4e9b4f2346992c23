namespace DistConv.Dashboard.Api;

/// <summary>The JSON header of a binary series.</summary>
/// <param name="Columns">The columns, in their order.</param>
/// <param name="Cursor">The position in the record up to which the series goes: events go on from there.</param>
/// <param name="FirstStep">The first step; null if there is none.</param>
/// <param name="LastStep">The last step; null if there is none.</param>
/// <param name="Steps">How many steps the buckets cover.</param>
internal sealed record SeriesHeader(IReadOnlyList<string> Columns, string Cursor, long? FirstStep, long? LastStep, int Steps);
