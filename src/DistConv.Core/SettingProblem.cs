namespace DistConv.Core;

/// <summary>What is wrong with one setting of a request.</summary>
/// <param name="Setting">The setting's name in JSON, such as "samples" or "optimizer.learningRate". A user interface may show its own spelling instead.</param>
/// <param name="Problem">What is wrong and what would be right, as the rest of a sentence that begins with the setting: "is 0; give 1 to 100000000".</param>
public sealed record SettingProblem(string Setting, string Problem)
{
    /// <summary>The whole sentence.</summary>
    /// <returns>"samples is 0; give 1 to 100000000".</returns>
    public override string ToString() => $"{Setting} {Problem}";
}
