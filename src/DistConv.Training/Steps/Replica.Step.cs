using DistConv.Core.Buffers;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <content>The computation of a step: announce the shards, let them enrol, run them together.</content>
public sealed partial class Replica
{
    private readonly bool[] _held;
    private readonly ShardRows _shards;
    private readonly StepTotals[] _shardTotals;
    private readonly ShardStep?[] _steps;
    private readonly List<GradientSum> _sums = [];
    private readonly Lock _enrolment = new();
    private SampleRows? _rows;
    private ForwardBackward? _passes;
    private TaskCompletionSource? _completion;
    private long _announced = -1;
    private int _missing;

    /// <summary>Which samples the last step used here.</summary>
    public CoverageProof StepCoverage { get; } = new();

    /// <summary>The gradient sums of the last step, by maximal subtree; their buffers are reused by the next.</summary>
    public IReadOnlyList<GradientSum> Sums => _sums;

    /// <summary>
    /// Called on a compute thread whenever the layers of a stage have computed their gradients: the sums of the announced step, and their totals, are final
    /// from this float on, while the layers below still compute. Descending to 0. Must return at once.
    /// </summary>
    public Action<int>? GradientsReady { get; set; }

    /// <summary>Announces the next step and which shards compute it here.</summary>
    /// <param name="step">Must be <see cref="Step"/>.</param>
    /// <param name="shards">Distinct shards, in any order.</param>
    public void BeginStep(long step, IReadOnlyList<int> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        EnsureNext(step);
        if (!SameShards(shards)) HoldShards(shards);
        (_, int stepInEpoch) = Plan.LocateStep(step);
        _shards.Arrange(Plan, _held, stepInEpoch);
        lock (_enrolment)
        {
            _announced = step;
            _missing = shards.Count;
            _completion = null;
        }
    }

    /// <summary>The next step computes into other buffers: these may still be on their way to other silos. They are freed by their finalizers.</summary>
    public void LeaveSums()
    {
        _sums.Clear();
        Array.Clear(_held);
    }

    /// <summary>Computes the announced step for all announced shards, waiting and without allocating.</summary>
    public void ComputeStep()
    {
        for (int shard = 0; shard < _held.Length; shard++)
        {
            if (_held[shard]) OpenShard(shard);
        }

        RunOnPool(_computeJob);
    }

    /// <summary>Completes when every announced shard has computed.</summary>
    /// <returns>The sums by maximal subtree.</returns>
    public async Task<IReadOnlyList<GradientSum>> CompletionAsync()
    {
        await Completion().Task.ConfigureAwait(false);
        return _sums;
    }

    /// <summary>One announced shard is ready; the last one starts the computation.</summary>
    internal Task EnrolAsync(ShardStep shard, long step)
    {
        TaskCompletionSource completion;
        bool last;
        lock (_enrolment)
        {
            if (step != _announced || !_held[shard.Shard]) throw new InvalidOperationException($"step {step} of shard {shard.Shard} was not announced");
            completion = Completion();
            last = --_missing == 0;
        }

        return last ? RunAsync(completion) : completion.Task;
    }

    internal StepTotals TotalsOf(int shard) => _shardTotals[shard];

    private TaskCompletionSource Completion()
    {
        lock (_enrolment) return _completion ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task RunAsync(TaskCompletionSource completion)
    {
        try
        {
            await RunOnPoolAsync(_computeJob).ConfigureAwait(false);
            completion.SetResult();
        }
#pragma warning disable CA1031 // Every enrolled shard awaits the completion and gets the exception from it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            completion.SetException(e);
        }

        await completion.Task.ConfigureAwait(false);
    }

    private void Compute()
    {
        SampleRows rows = RowsFor(_shards.Count);
        (int epoch, int stepInEpoch) = Plan.LocateStep(Step);
        StepCoverage.Clear();
        for (int i = 0; i < _shards.Present.Count; i++)
        {
            int shard = _shards.Present[i];
            ReadOnlySpan<int> batch = _steps[shard]!.Batch(epoch, stepInEpoch);
            batch.CopyTo(rows.Samples.AsSpan(_shards.First(shard)));
            StepCoverage.Add(batch);
        }

        Pack();
        _passes!.Forward(_train, _shards.Count, (uint)Step, training: true, Faults, _announceJob);
        SumTotals(rows);
        _passes.Backward(_shards.Count, _sums, GradientsReady);
    }

    private void SumTotals(SampleRows rows)
    {
        Array.Clear(_shardTotals);
        for (int i = 0; i < _shards.Present.Count; i++)
        {
            int shard = _shards.Present[i], first = _shards.First(shard), count = _shards.RowsOf(shard), correct = 0;
            double loss = 0;
            for (int row = first; row < first + count; row++)
            {
                loss += rows.Losses[row];
                if (rows.Correct[row]) correct++;
            }

            _shardTotals[shard] = new StepTotals(count, loss, correct);
        }

        for (int i = 0; i < _sums.Count; i++) _sums[i].Totals = TreeTotals(_sums[i].Node);
    }

    private StepTotals TreeTotals(ShardNode node)
    {
        if (node.IsLeaf) return _shardTotals[node.Lo];
        if (!_shards.IsPresent(node.Left)) return TreeTotals(node.Right);
        return _shards.IsPresent(node.Right) ? TreeTotals(node.Left) + TreeTotals(node.Right) : TreeTotals(node.Left);
    }

    private bool SameShards(IReadOnlyList<int> shards)
    {
        int held = 0;
        foreach (bool holds in _held)
        {
            if (holds) held++;
        }

        if (held != shards.Count || held == 0) return false;
        for (int i = 0; i < shards.Count; i++)
        {
            if (!_held[shards[i]]) return false;
        }

        return true;
    }

    private void HoldShards(IReadOnlyList<int> shards)
    {
        LeaveSums();
        foreach (int shard in shards) _held[shard] = true;
        foreach (ShardNode node in ShardTree.MaximalSubtrees(shards, Plan.Shards)) _sums.Add(new GradientSum(node, new FloatBuffer(Network.Gradient.Length)));
    }

    /// <summary>Row memory for at least so many rows; grows when the silo gets more shards.</summary>
    private SampleRows RowsFor(int count)
    {
        if (_rows is not null && _rows.Capacity >= count) return _rows;
        DisposeRows();
        _rows = new SampleRows(Network, _loss, _pool, int.Max(count, Evaluation.MinRows), _augmentation);
        _passes = new ForwardBackward(_rows, _shards, _pool, Plan.Shards);
        return _rows;
    }

    private void DisposeRows()
    {
        _passes?.Dispose();
        _rows?.Dispose();
        _rows = null;
    }

    private void DisposeStep()
    {
        DisposeRows();
        LeaveSums();
    }
}
