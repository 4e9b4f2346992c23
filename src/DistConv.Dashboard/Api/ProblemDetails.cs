namespace DistConv.Dashboard.Api;

/// <summary>An error as RFC 9457 has it (application/problem+json).</summary>
/// <param name="Title">The kind of error.</param>
/// <param name="Detail">What is wrong and what would be right.</param>
/// <param name="Status">The status code.</param>
/// <param name="Problems">What is wrong, setting by setting; null if it is not about settings.</param>
internal sealed record ProblemDetails(string Title, string Detail, int Status, IReadOnlyList<ProblemSetting>? Problems);

/// <summary>What is wrong with one setting.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Problem">The rest of a sentence that begins with the setting.</param>
internal sealed record ProblemSetting(string Setting, string Problem);
