using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Networks;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>The sum over one subtree of the shard tree, of a range of a step's sum.</summary>
/// <param name="Node">The subtree.</param>
/// <param name="Buffer">Where the values stand; unchanged while they are read.</param>
/// <param name="Offset">The range's first float in the buffer.</param>
public readonly record struct PartialSum(ShardNode Node, FloatBuffer Buffer, int Offset);

/// <summary>
/// Adds the partial sums of a range along the shard tree, block by block, so that each block is read once and written once, when it is whole. The same bits as
/// <see cref="StepReducer"/>, whatever tiling of the tree the parts are. Not thread-safe.
/// </summary>
/// <param name="kernels">The instruction set.</param>
/// <param name="layout">What stands where in the sum.</param>
public sealed unsafe class PartialSums(KernelSet kernels, GradientLayout layout) : IDisposable
{
    /// <summary>Floats of a block: 16 KiB.</summary>
    public const int BlockLength = 4096;

    private readonly List<Operation> _program = [];
    private FloatBuffer _scratch = new(BlockLength);

    /// <summary>destination = the sum over all parts, and whether it is finite.</summary>
    /// <param name="shards">Number of logical shards, V.</param>
    /// <param name="parts">Disjoint subtrees that cover all shards with samples, at least one.</param>
    /// <param name="first">The range's first float in the step's sum: the gradients of parameters, or the doubles behind them, not both.</param>
    /// <param name="length">Its floats.</param>
    /// <param name="destination">The whole step's sum, of which this range is overwritten: with its final bits alone, which others may write at the same
    /// time.</param>
    /// <returns>Whether all values are finite.</returns>
    public bool Reduce(int shards, IReadOnlyList<PartialSum> parts, int first, int length, FloatBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(destination);
        _program.Clear();
        if (!Compile(ShardTree.Root(shards), parts, 0)) throw new InvalidOperationException("no shard has samples");
        bool isMoments = layout.MomentCount > 0 && first >= layout.MomentStart, isFinite = true;
        for (int done = 0; done < length; done += BlockLength)
        {
            int count = int.Min(BlockLength, length - done);
            foreach (Operation operation in _program) Run(operation, parts, done, count, isMoments);
            float* sum = Level(0);
            isFinite &= isMoments ? MomentSums.AllFinite((double*)sum, count / 2) : FiniteCheck.AllFinite(kernels, sum, count);
            new ReadOnlySpan<float>(sum, count).CopyTo(new Span<float>(destination.Pointer + first + done, count));
        }

        GC.KeepAlive(destination);
        return isFinite;
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Dispose();

    /// <summary>The operations that leave a node's value in a level.</summary>
    /// <returns>Whether the node is present.</returns>
    private bool Compile(ShardNode node, IReadOnlyList<PartialSum> parts, int level)
    {
        if (Find(node, parts) is var known and >= 0)
        {
            _program.Add(new Operation(Step.Load, known, level));
            return true;
        }

        if (node.IsLeaf) return false;
        if (!Compile(node.Left, parts, level)) return Compile(node.Right, parts, level);
        if (Find(node.Right, parts) is var right and >= 0) _program.Add(new Operation(Step.AddPart, right, level));
        else if (Compile(node.Right, parts, level + 1)) _program.Add(new Operation(Step.AddLevel, -1, level));
        if (_scratch.Length < (level + 2) * BlockLength) Grow(level + 2);
        return true;
    }

    private static int Find(ShardNode node, IReadOnlyList<PartialSum> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i].Node == node) return i;
        }

        return -1;
    }

    private void Grow(int levels)
    {
        _scratch.Dispose();
        _scratch = new FloatBuffer((long)levels * BlockLength);
    }

    private void Run(Operation operation, IReadOnlyList<PartialSum> parts, int done, int count, bool isMoments)
    {
        float* to = Level(operation.Level);
        if (operation.Step == Step.AddLevel)
        {
            Add(Level(operation.Level + 1), to, count, isMoments);
            return;
        }

        PartialSum part = parts[operation.Part];
        float* from = part.Buffer.Pointer + part.Offset + done;
        if (operation.Step == Step.AddPart) Add(from, to, count, isMoments);
        else new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
        GC.KeepAlive(part.Buffer);
    }

    private float* Level(int level) => _scratch.Pointer + (level * BlockLength);

    private void Add(float* from, float* to, int count, bool isMoments)
    {
        if (isMoments) MomentSums.Add((double*)from, (double*)to, count / 2);
        else kernels.Add(from, to, count);
    }

    private enum Step
    {
        /// <summary>level = part.</summary>
        Load,

        /// <summary>level += part.</summary>
        AddPart,

        /// <summary>level += the level above it.</summary>
        AddLevel,
    }

    private readonly record struct Operation(Step Step, int Part, int Level);
}
