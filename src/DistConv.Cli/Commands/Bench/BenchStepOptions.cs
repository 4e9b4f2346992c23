using System.CommandLine;
using DistConv.Cli.Options;
using DistConv.Client;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Bench;

/// <summary>The options of <c>bench step</c>, and the job that they mean.</summary>
internal sealed class BenchStepOptions
{
    private const string DefaultModel = "keras1-mnist-cnn";
    private const int DefaultBatch = 128;
    private const int DefaultShards = 8;
    private const float DefaultSeconds = 5;
    private const int StepsPerEpoch = 16;

    private readonly Option<string?> _model = CommonOptions.Text("--model", "NAME|FILE", $"A built-in model or a .json file [default: {DefaultModel}].");
    private readonly Option<int?> _batch = NumberOption.Whole("--batch", "N", $"Samples of a step [default: {DefaultBatch}].", 1, 1_000_000);
    private readonly Option<int?> _shards = NumberOption.Whole("--shards", "N", $"Logical shards [default: {DefaultShards}].", 1, 65_536);
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<string?> _optimizer = CommonOptions.Text("--optimizer", "NAME", $"{OptimizerChoice.Names} [default: {OptimizerChoice.Default}].");

    private readonly Option<float?> _momentum = NumberOption.Real<float>(
        "--momentum", "X", "sgd's momentum [default: 0].", "a number from 0 to less than 1", value => value is >= 0 and < 1);

    private readonly Option<string?> _augment = CommonOptions.Text("--augment", "LIST", "Vary samples as 'train --augment' does [default: not at all].");

    private readonly Option<bool> _forwardOnly = new("--forward-only") { Description = "Time the forward pass of inference: dropout off, no gradients." };

    private readonly Option<float?> _seconds = NumberOption.Real<float>(
        "--seconds", "X", $"How long to measure [default: {DefaultSeconds}].", "a number from 1 to 3600", value => value is >= 1 and <= 3600);

    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_model, _batch, _threads, _shards, _optimizer, _momentum, _augment, _forwardOnly, _seconds, _json])
            command.Add(option);
    }

    /// <summary>Compute threads.</summary>
    public int Threads(ParseResult parsed) => parsed.ReadThreads(_threads);

    /// <summary>How long to measure.</summary>
    public double Seconds(ParseResult parsed) => parsed.GetValue(_seconds) ?? DefaultSeconds;

    /// <summary>Whether only the forward pass is measured.</summary>
    public bool ForwardOnly(ParseResult parsed) => parsed.GetValue(_forwardOnly);

    /// <summary>Whether the result is JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The job to step, and noise for it.</summary>
    /// <exception cref="InvalidInputException">Something does not fit.</exception>
    public (JobSpec Job, DataSource Data) Job(ParseResult parsed)
    {
        if (ForwardOnly(parsed) && parsed.GetValue(_optimizer) is not null)
            throw new InvalidInputException("--optimizer belongs to a training step; leave it out with --forward-only");
        if (ForwardOnly(parsed) && parsed.GetValue(_augment) is not null)
            throw new InvalidInputException("--augment belongs to a training step; leave it out with --forward-only");
        OptimizerSpec optimizer = OptimizerChoice.Create(parsed.GetValue(_optimizer) ?? OptimizerChoice.Default, momentum: parsed.GetValue(_momentum));
        ModelPlan model = ModelSpec.Load(parsed.GetValue(_model) ?? DefaultModel).Infer();
        int batch = parsed.GetValue(_batch) ?? DefaultBatch;
        ShardPlan plan = new(batch * StepsPerEpoch, batch, parsed.GetValue(_shards) ?? Math.Min(DefaultShards, batch));
        DataSource data = BenchData.Create(model.Model.Input, int.Max(2, model.Classes), plan.Samples);
        JobSpec job = new()
        {
            ModelName = model.Model.Name,
            ModelJson = model.Model.ToJson(),
            Data = data.Name,
            DataFingerprint = data.Fingerprint,
            Samples = plan.Samples,
            TotalSteps = plan.StepsPerEpoch,
            GlobalBatch = batch,
            Shards = plan.Shards,
            Seed = 1,
            Augmentation = AugmentationText.Parse(parsed.GetValue(_augment)),
            Optimizer = optimizer,
            NumericsVersion = NumericsVersion.Current,
        };
        InvalidInputException.ThrowIfAny(JobSpecCheck.FindProblems(job));
        return (job, data);
    }
}
