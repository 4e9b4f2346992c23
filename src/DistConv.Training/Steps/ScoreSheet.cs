using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Metrics;

namespace DistConv.Training.Steps;

/// <summary>
/// What an evaluation notes beside losses: the scores from which the AUC follows (of one sigmoid unit or two classes, and of several labels), and the absolute
/// errors of numbers, added in double chains over chunks of 256 samples (docs/numerics.md, rule 9).
/// </summary>
internal sealed unsafe class ScoreSheet
{
    private readonly SampleRows _rows;
    private readonly int _units;
    private readonly int _last;
    private readonly bool _isOfTwo;
    private readonly float[] _scores = [];
    private readonly byte[] _positives = [];
    private readonly double[] _errors = [];

    public ScoreSheet(SampleRows rows, IDataset data, int samples, int chunks)
    {
        _rows = rows;
        ModelPlan plan = rows.Network.Plan;
        _units = plan.Output.Size;
        _last = rows.Network.Layers[^1].Index;
        _isOfTwo = plan.OutputKind == OutputKind.Softmax && _units == 2;
        JobFigures figures = JobFigures.Of(data.Labels, plan);
        if (figures.HasAuc) (_scores, _positives) = (new float[samples * Ranked], new byte[samples * Ranked]);
        if (figures.HasMeanAbsoluteError) _errors = new double[chunks * _units];
    }

    /// <summary>Scores of a sample.</summary>
    private int Ranked => _isOfTwo ? 1 : _units;

    /// <summary>Notes a row.</summary>
    public void Add(int row, int sample, int chunk)
    {
        float* logits = _rows.Output(_last, row, 0), targets = _rows.Targets(row);
        for (int unit = 0, at = sample * Ranked; _scores.Length > 0 && unit < Ranked; unit++, at++)
        {
            _scores[at] = _isOfTwo ? logits[1] - logits[0] : logits[unit];
            _positives[at] = (byte)(targets == null ? _rows.Labels[row] : targets[unit] > 0.5f ? 1 : 0);
        }

        if (_errors.Length == 0) return;
        ReadOnlySpan<float> all = new(targets, targets == null ? 0 : _units);
        _rows.Loss.Evaluation.AbsoluteError(new(logits, _units), _rows.Labels[row], all, _errors.AsSpan(chunk * _units, _units));
    }

    /// <summary>Adds what was noted.</summary>
    public EvaluationPart Complete(EvaluationPart part) => part with
    {
        Units = _scores.Length > 0 ? Ranked : _errors.Length > 0 ? _units : 0,
        Scores = _scores,
        Positives = _positives,
        ChunkErrors = _errors,
    };
}
