using System.CommandLine;
using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Core;

namespace DistConv.Cli.Commands.Bench;

/// <summary>What <c>bench exchange</c> is to measure.</summary>
/// <param name="Model">A built-in model or a file.</param>
/// <param name="Silos">Processes.</param>
/// <param name="Threads">Compute threads of each.</param>
/// <param name="Batch">Samples of a step.</param>
/// <param name="Shards">Logical shards.</param>
/// <param name="Steps">Steps to measure.</param>
internal sealed record ExchangeBenchRequest(string Model, int Silos, int Threads, int Batch, int Shards, int Steps);

/// <summary>The options of <c>bench exchange</c>.</summary>
internal sealed class BenchExchangeOptions
{
    private const string DefaultModel = "keras1-mnist-cnn";
    private const int DefaultSilos = 2, DefaultBatch = 128, DefaultSteps = 40, ShardsOfASilo = 2, MaxSilos = 64;

    private readonly Option<string?> _model = CommonOptions.Text("--model", "NAME|FILE", $"A built-in model or a .json file [default: {DefaultModel}].");
    private readonly Option<int?> _silos = NumberOption.Whole("--silos", "N", $"Processes that compute together [default: {DefaultSilos}].", 2, MaxSilos);
    private readonly Option<int?> _batch = NumberOption.Whole("--batch", "N", $"Samples of a step [default: {DefaultBatch}].", 1, 1_000_000);
    private readonly Option<int?> _shards = NumberOption.Whole("--shards", "N", "Logical shards [default: two for each silo].", 1, 65_536);
    private readonly Option<int?> _steps = NumberOption.Whole("--steps", "N", $"Steps to measure [default: {DefaultSteps}].", 10, 1_000_000);
    private readonly Option<int?> _threads =
        NumberOption.Whole("--threads", "N", "Threads that compute in each silo [default: cores / silos].", 1, 1024);

    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_model, _silos, _batch, _shards, _steps, _threads, _json]) command.Add(option);
    }

    /// <summary>Whether the result is JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>What is asked for.</summary>
    /// <exception cref="InvalidInputException">There are more silos than shards, or more shards than samples.</exception>
    public ExchangeBenchRequest Read(ParseResult parsed)
    {
        int silos = parsed.GetValue(_silos) ?? DefaultSilos, batch = parsed.GetValue(_batch) ?? DefaultBatch;
        int shards = parsed.GetValue(_shards) ?? ShardsOfASilo * silos;
        SiloAdvice.EnsureEachHasAShard(silos, shards);
        if (shards > batch) throw new InvalidInputException(
            $"{shards} shards need a sample each, but --batch is {batch}; give --batch {shards} or more, or fewer --silos or --shards");
        return new ExchangeBenchRequest(
            parsed.GetValue(_model) ?? DefaultModel, silos, parsed.ReadThreads(_threads, silos), batch, shards, parsed.GetValue(_steps) ?? DefaultSteps);
    }
}
