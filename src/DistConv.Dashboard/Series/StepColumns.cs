using DistConv.Client.Exports;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Series;

/// <summary>
/// What a job's steps measured, column by column, as <see cref="RecordColumn"/> lists them. A step that was computed again replaces the earlier one. Not for
/// several threads.
/// </summary>
internal sealed class StepColumns
{
    /// <summary>The columns that every job has, in this order. One of which nothing was recorded is NaN throughout.</summary>
    public static readonly IReadOnlyList<string> Names = [.. RecordColumn.All.Select(column => column.Series).OfType<string>()];

    /// <summary>The columns that each layer with parameters has; the API names them "gradientNorm:LAYER". They are recorded in some steps only.</summary>
    public static readonly IReadOnlyList<string> LayerNames = [GradientNorm, WeightNorm];

    private const string GradientNorm = "gradientNorm", WeightNorm = "weightNorm";

    private const int FirstCapacity = 256;

    private readonly Dictionary<string, float[]> _columns = new(StringComparer.Ordinal);
    private long[] _steps = new long[FirstCapacity];
    private double[] _times = new double[FirstCapacity];

    /// <summary>How many steps there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory, nearly.</summary>
    public long Bytes => _steps.Length * (16L + (4L * _columns.Count));

    /// <summary>Those of <see cref="Names"/> of which something was recorded.</summary>
    public IReadOnlyList<string> Recorded => [.. Names.Where(_columns.ContainsKey)];

    /// <summary>The name of a layer's column here.</summary>
    /// <param name="name">One of <see cref="LayerNames"/>.</param>
    /// <param name="layer">The number of the layer among those with parameters.</param>
    public static string LayerColumn(string name, int layer) => $"{name}:{layer}";

    /// <summary>The number of a step, which ascends with its index.</summary>
    public long Step(int index) => _steps[index];

    /// <summary>When a step ended, in seconds since 1970 (UTC); NaN if that is not known.</summary>
    public double Time(int index) => _times[index];

    /// <summary>The values of a column; empty: nothing was recorded.</summary>
    public ReadOnlySpan<float> Column(string name) => _columns.TryGetValue(name, out float[]? values) ? values.AsSpan(0, Count) : [];

    /// <summary>The index of the first step that is not before a number.</summary>
    public int IndexOf(long step)
    {
        int index = Array.BinarySearch(_steps, 0, Count, step);
        return index < 0 ? ~index : index;
    }

    /// <summary>Adds a step, or replaces it.</summary>
    public void Add(StepEntry entry)
    {
        int index = IndexOf(entry.Step);
        bool isKnown = index < Count && _steps[index] == entry.Step;
        if (!isKnown) MakeRoom(index);
        _steps[index] = entry.Step;
        _times[index] = entry.Time is { } time ? time.ToUnixTimeMilliseconds() / 1000.0 : double.NaN;
        foreach (RecordColumn column in RecordColumn.All)
        {
            if (column.Series is { } name) Set(name, index, column.Of(entry).ToSingle());
        }

        SetNorms(GradientNorm, index, entry.Norms?.Gradient);
        SetNorms(WeightNorm, index, entry.Norms?.Weights);
    }

    private void SetNorms(string name, int index, IReadOnlyList<float>? norms)
    {
        for (int layer = 0; layer < norms?.Count; layer++) Set(LayerColumn(name, layer), index, norms[layer]);
    }

    private void MakeRoom(int index)
    {
        if (Count == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * Count);
            Array.Resize(ref _times, 2 * Count);
            foreach (string name in _columns.Keys.ToArray())
            {
                float[] values = _columns[name];
                Array.Resize(ref values, 2 * Count);
                _columns[name] = values;
            }
        }

        int behind = Count - index;
        if (behind > 0)
        {
            Array.Copy(_steps, index, _steps, index + 1, behind);
            Array.Copy(_times, index, _times, index + 1, behind);
            foreach (float[] values in _columns.Values) Array.Copy(values, index, values, index + 1, behind);
        }

        foreach (float[] values in _columns.Values) values[index] = float.NaN;
        Count++;
    }

    private void Set(string name, int index, float value)
    {
        if (!_columns.TryGetValue(name, out float[]? values))
        {
            if (float.IsNaN(value)) return;
            _columns[name] = values = new float[_steps.Length];
            Array.Fill(values, float.NaN);
        }

        values[index] = value;
    }
}
