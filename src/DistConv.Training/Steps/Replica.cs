using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Optimizers;
using DistConv.Training.Schedules;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Training.Steps;

/// <summary>
/// One job in one process: its weights and optimizer state, and the memory of a step. Replicas that apply the same gradients stay bit-identical. Not
/// thread-safe but for <see cref="ShardStep.ComputeAsync"/>: one step at a time.
/// </summary>
public sealed partial class Replica : IDisposable
{
    private readonly DataSource _data;
    private readonly IDataset _train;
    private readonly ComputePool _pool;
    private readonly LossPair _loss;
    private readonly SampleAugmentation? _augmentation;
    private readonly FloatBuffer _weights;
    private readonly FloatBuffer[] _slots;
    private readonly Optimizer _optimizer;
    private readonly LayerGroups _groups;
    private readonly WeightUpdate _update;
    private readonly LayerNormMeter _norms;
    private readonly SamplePermutation _permutation;
    private readonly Action _computeJob;
    private readonly Action _applyJob;
    private readonly Action _announceJob;
    private ReducedGradient _pending;

    /// <summary>A replica at step 0, with initial weights.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="data">Its data, with the fingerprint that the job names.</param>
    /// <param name="pool">The threads to compute on; the caller keeps it.</param>
    /// <param name="kernels">The instruction set.</param>
    /// <exception cref="Core.InvalidInputException">The model does not fit the data, or the data are not the job's.</exception>
    public Replica(JobSpec spec, DataSource data, ComputePool pool, KernelSet kernels)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(pool);
        DataChecks.EnsureFits(spec, data);
        Spec = spec;
        _data = data;
        _train = OversampledDataset.Of(spec, data.Train);
        _pool = pool;
        Plan = ShardPlan.Of(spec);
        Network = new Network(spec.ReadModel(), kernels, spec.Seed);
        _loss = LossPair.Of(spec, Network.Plan, data.Train);
        _augmentation = SampleAugmentation.Of(spec, Plan, Network.Plan.Model.Input);
        _permutation = new SamplePermutation(spec.Seed, spec.EpochSamples);
        _weights = new FloatBuffer(Network.TensorLength);
        _optimizer = Optimizer.Create(spec.Optimizer);
        _slots = [.. _optimizer.Slots.Select(_ => new FloatBuffer(Network.ParameterCount))];
        _groups = new LayerGroups(Network, spec, _optimizer);
        _update = new WeightUpdate(Network, _groups, _weights, _slots, spec.ClipNorm);
        _norms = new LayerNormMeter(Network);
        Reducer = new StepReducer(kernels, Network.Gradient);
        _held = new bool[spec.Shards];
        _shards = new ShardRows(spec.Shards);
        _shardTotals = new StepTotals[spec.Shards];
        _steps = new ShardStep?[spec.Shards];
        _computeJob = Compute;
        _applyJob = () => ApplyNow(_pending);
        _announceJob = AnnounceNextSteps;
        Network.Initialize(_weights.Span, spec.Seed);
        _update.Rehash();
    }

    /// <summary>The job.</summary>
    public JobSpec Spec { get; }

    /// <summary>The job's shards.</summary>
    public ShardPlan Plan { get; }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>Finishes the tree over subtrees for this network.</summary>
    public StepReducer Reducer { get; }

    /// <summary>Number of updates applied; the step that can be computed next.</summary>
    public long Step { get; private set; }

    /// <summary>Number of parameters.</summary>
    public int ParameterCount => Network.ParameterCount;

    /// <summary>Floats of the sum of a step: see <see cref="GradientLayout"/>.</summary>
    public int GradientLength => Network.Gradient.Length;

    /// <summary>The current weights and the layers' state, in the order of <see cref="Network.Tensors"/>.</summary>
    public ReadOnlySpan<float> Weights => _weights.Span;

    /// <summary>A 64-bit hash of the current weights of each layer that has any.</summary>
    public IReadOnlyList<ulong> LayerHashes => _update.Hashes;

    /// <summary>What a test spoils in this replica; null: nothing.</summary>
    internal Faults? Faults { get; set; } = Faults.OfNewReplicas;

    /// <summary>The shard's data order and its entry into a step.</summary>
    /// <param name="shard">0 … V − 1.</param>
    /// <returns>The same object for the same shard.</returns>
    public ShardStep OpenShard(int shard) => _steps[shard] ??= new ShardStep(this, new ShardOrder(Plan, _permutation, shard));

    /// <summary>Applies one step's gradient: divides by the number of samples, clips, and updates the weights at the step's learning rate.</summary>
    /// <param name="gradient">The sum over all shards of step <see cref="Step"/>.</param>
    /// <returns>Completes with the update.</returns>
    public Task ApplyAsync(ReducedGradient gradient)
    {
        EnsureNext(gradient.Step);
        return RunOnPoolAsync(() => ApplyNow(gradient));
    }

    /// <summary>As <see cref="ApplyAsync"/>, waiting and without allocating.</summary>
    /// <param name="gradient">The sum over all shards of step <see cref="Step"/>.</param>
    public void Apply(ReducedGradient gradient)
    {
        EnsureNext(gradient.Step);
        _pending = gradient;
        RunOnPool(_applyJob);
    }

    /// <summary>Loss and accuracy on the held-out split and on the validation samples at the current weights; independent of threads and rows in
    /// flight.</summary>
    /// <returns>The means.</returns>
    public async Task<EvaluationResult> EvaluateAsync() => EvaluationResult.Of([await EvaluateAsync(0, 1).ConfigureAwait(false)]);

    /// <summary>As <see cref="EvaluateAsync()"/>, with what the network says about each held-out sample.</summary>
    /// <returns>The means, with the same bits, and an outcome for each held-out sample.</returns>
    public async Task<(EvaluationResult Result, SampleOutcome[] Outcomes)> EvaluateSamplesAsync()
    {
        var outcomes = new SampleOutcome[_data.Test.Count];
        EvaluationShare share = await EvaluateAsync(0, 1, outcomes).ConfigureAwait(false);
        return (EvaluationResult.Of([share]), outcomes);
    }

    /// <summary>One of several even shares of the same.</summary>
    /// <param name="share">0 … <paramref name="shares"/> − 1.</param>
    /// <param name="shares">Into how many shares the evaluation is cut.</param>
    /// <returns>To be put together by <see cref="EvaluationResult.Of(IReadOnlyList{EvaluationShare})"/>.</returns>
    public Task<EvaluationShare> EvaluateAsync(int share, int shares) => EvaluateAsync(share, shares, outcomes: null);

    private async Task<EvaluationShare> EvaluateAsync(int share, int shares, SampleOutcome[]? outcomes)
    {
        EvaluationPart? test = null, validation = null;
        await RunOnPoolAsync(() =>
        {
            SampleRows rows = RowsFor(Evaluation.MinRows);
            Pack();
            test = Evaluation.Run(rows, _passes!, _data.Test, 0, _data.Test.Count, share, shares, outcomes);
            if (Spec.ValidationSamples > 0) validation = Evaluation.Run(rows, _passes!, _data.Train, Spec.Samples, Spec.ValidationSamples, share, shares);
        }).ConfigureAwait(false);
        return new EvaluationShare(test!, validation);
    }

    /// <summary>One forward pass as evaluation runs it, over the first training samples: dropout off, no gradient, no result. Packs the weights anew. For
    /// benchmarks.</summary>
    /// <param name="rows">Number of samples.</param>
    public void ForwardOnly(int rows) => RunOnPool(() =>
    {
        SampleRows memory = RowsFor(rows);
        for (int row = 0; row < rows; row++) memory.Samples[row] = row;
        Pack();
        _passes!.Forward(_data.Train, rows, step: 0, training: false);
    });

    /// <summary>Measures the norms of each layer's gradient and of its weights as they are now. Allocates nothing.</summary>
    /// <param name="gradient">The sum over all shards of step <see cref="Step"/>.</param>
    /// <param name="norms">Gradient norm and weight norm of each layer in turn, overwritten.</param>
    public void MeasureNorms(ReducedGradient gradient, Span<float> norms)
    {
        _norms.MeasureGradient(gradient, norms);
        _norms.MeasureWeights(_weights.Span, norms);
    }

    /// <summary>As <see cref="MeasureNorms"/>, of the weights alone.</summary>
    /// <param name="norms">The second of each two is overwritten.</param>
    public void MeasureWeightNorms(Span<float> norms) => _norms.MeasureWeights(_weights.Span, norms);

    /// <inheritdoc/>
    public void Dispose()
    {
        DisposeStep();
        _update.Dispose();
        _weights.Dispose();
        foreach (FloatBuffer slot in _slots) slot.Dispose();
        Network.Dispose();
    }

    private void Pack() => Pack(_passes!);

    private unsafe void ApplyNow(ReducedGradient gradient)
    {
        _update.Apply(
            _pool, gradient.Values.Pointer, gradient.Totals.Samples, Step, Schedule.Rate(Spec, Step, Plan.StepsPerEpoch, gradient.RateFraction));
        Faults?.FlipAfter(Step, _weights.Span);
        Step++;
    }

    private void EnsureNext(long step)
    {
        if (step != Step) throw new InvalidOperationException($"the replica stands at step {Step}, not at step {step}");
    }
}
