using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>Which rows of a step belong to which shard, for the shards that compute here. Absent shards have no rows.</summary>
internal sealed class ShardRows(int shards)
{
    private readonly int[] _first = new int[shards + 1];
    private readonly int[] _slot = new int[shards];
    private readonly List<ShardRow> _byTurns = [];

    /// <summary>The n-th row of a step in backward order: the first row of every shard, then the second of every shard, …</summary>
    public ShardRow RowByTurns(int n) => _byTurns[n];

    /// <summary>Rows in all.</summary>
    public int Count { get; private set; }

    /// <summary>Shards with rows, ascending.</summary>
    public List<int> Present { get; } = new(shards);

    /// <summary>First row of a shard.</summary>
    public int First(int shard) => _first[shard];

    /// <summary>Rows of a shard; 0 if it is absent.</summary>
    public int RowsOf(int shard) => _first[shard + 1] - _first[shard];

    /// <summary>Whether any shard of a subtree has rows.</summary>
    public bool IsPresent(ShardNode node) => _first[node.Hi] > _first[node.Lo];

    /// <summary>Place of a present shard among the present ones.</summary>
    public int Slot(int shard) => _slot[shard];

    /// <summary>Lays out a step.</summary>
    /// <param name="plan">The job's shards.</param>
    /// <param name="held">Which shards compute here.</param>
    /// <param name="stepInEpoch">The step.</param>
    public void Arrange(ShardPlan plan, bool[] held, int stepInEpoch)
    {
        Present.Clear();
        Count = 0;
        for (int shard = 0; shard < shards; shard++)
        {
            _first[shard] = Count;
            if (!held[shard]) continue;
            int rows = plan.BatchSizeAt(shard, stepInEpoch);
            if (rows == 0) continue;
            _slot[shard] = Present.Count;
            Present.Add(shard);
            Count += rows;
        }

        _first[shards] = Count;
        _byTurns.Clear();
        for (int place = 0; _byTurns.Count < Count; place++)
        {
            foreach (int shard in Present)
            {
                if (place < RowsOf(shard)) _byTurns.Add(new ShardRow(shard, place, First(shard) + place));
            }
        }
    }
}

/// <summary>A row of a step.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Place">Which of the shard's rows it is, from 0.</param>
/// <param name="Row">Its place among all rows.</param>
internal readonly record struct ShardRow(int Shard, int Place, int Row);
