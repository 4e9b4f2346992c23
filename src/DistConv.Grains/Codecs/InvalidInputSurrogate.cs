using DistConv.Core;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="InvalidInputException"/> in a message: its line and its problems, without what happened inside the silo.</summary>
[GenerateSerializer]
[Alias("DistConv.InvalidInput")]
internal struct InvalidInputSurrogate
{
    [Id(0)]
    public string Message;

    [Id(1)]
    public string[] Settings;

    [Id(2)]
    public string[] Problems;
}

/// <summary>Converts <see cref="InvalidInputException"/>.</summary>
[RegisterConverter]
internal sealed class InvalidInputConverter : IConverter<InvalidInputException, InvalidInputSurrogate>
{
    /// <inheritdoc/>
    public InvalidInputException ConvertFromSurrogate(in InvalidInputSurrogate surrogate) => surrogate.Settings.Length == 0
        ? new InvalidInputException(surrogate.Message)
        : new InvalidInputException(
            surrogate.Message, [.. surrogate.Settings.Zip(surrogate.Problems, (setting, problem) => new SettingProblem(setting, problem))]);

    /// <inheritdoc/>
    public InvalidInputSurrogate ConvertToSurrogate(in InvalidInputException value) => new()
    {
        Message = value.Message,
        Settings = [.. value.Problems.Select(problem => problem.Setting)],
        Problems = [.. value.Problems.Select(problem => problem.Problem)],
    };
}
