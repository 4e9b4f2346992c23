using DistConv.Core.Layers;
using DistConv.Core.Models;

namespace DistConv.Core.Planning;

/// <summary>Decides what an <see cref="ExecutionPlan"/> says.</summary>
internal sealed class PlanBuilder
{
    private readonly ModelPlan _model;
    private readonly double _cheapPart;
    private readonly LayerTraits[] _traits;
    private readonly bool[][] _afterRelu;
    private readonly int[] _stageOf;
    private readonly List<StagePlan> _stages = [];
    private readonly List<List<int>> _sums = [];
    private readonly List<int>[] _readers;
    private readonly bool[] _keepsGradient;

    public PlanBuilder(ModelPlan model, double cheapPart)
    {
        (_model, _cheapPart) = (model, cheapPart);
        int count = model.Layers.Count;
        _traits = new LayerTraits[count];
        _afterRelu = new bool[count][];
        _stageOf = new int[count];
        _readers = [.. model.Layers.Select(_ => new List<int>())];
        for (int i = 0; i < count; i++)
        {
            LayerPlan layer = model.Layers[i];
            _afterRelu[i] = [.. layer.Sources.Select(Origin).Select(source => source >= 0 && _traits[source].EndsInRelu)];
            _traits[i] = layer.Layer.Kind.Traits(layer, _afterRelu[i].Contains(true));
            if (_traits[i].IsIdentity) continue;
            foreach (int read in layer.Sources.Select(Origin).Where(read => read >= 0)) _readers[read].Add(i);
        }

        PlanStages();
        _keepsGradient = new bool[count];
        for (int i = 0; i < count; i++) _keepsGradient[i] = KeepsGradient(i);
    }

    public IReadOnlyList<StagePlan> Stages() => _stages;

    public IReadOnlyList<NodePlan> Nodes() => [.. _model.Layers.Select((layer, i) => new NodePlan(
        layer, i, _traits[i], _afterRelu[i], OutputOf(i), GradientOf(i), IsRecomputed(i), AddsGradients(i))
    {
        Reader = OnlyReader(i),
        Epilogue = EpilogueOf(i),
    })];

    /// <summary>The layer that makes what a source gives: behind layers that change nothing.</summary>
    private int Origin(int source)
    {
        while (source >= 0 && _traits[source].IsIdentity) source = _model.Layers[source].Sources[0];
        return source;
    }

    private void PlanStages()
    {
        List<int> open = [];
        for (int i = 0; i < _traits.Length; i++)
        {
            if (_traits[i].IsIdentity) continue;
            switch (_traits[i].Phase)
            {
                case LayerPhase.Sample:
                    break;
                case LayerPhase.Shard:
                    open = OpenFor(i, open);
                    break;
                case LayerPhase.Batch:
                    Close(open);
                    Add(LayerPhase.Batch, [i]);
                    open = [];
                    continue;
                default:
                    throw new InvalidOperationException($"no stage for layers of phase {_traits[i].Phase}");
            }

            open.Add(i);
            _stageOf[i] = _stages.Count;
        }

        Close(open);
    }

    /// <summary>
    /// The stage that a layer of phase shard joins: the open one if the stage before can add up its input, and no layer of the open one reads that input too
    /// (its gradient comes after this layer's, which the stage before makes); otherwise the next.
    /// </summary>
    private List<int> OpenFor(int i, List<int> open)
    {
        int read = Origin(_model.Layers[i].Sources[0]);
        bool joins = _stages is [.., { Phase: LayerPhase.Sample }]
            && (read < 0 || (_stageOf[read] < _stages.Count && !_readers[read].Exists(open.Contains)));
        if (!joins)
        {
            Close(open);
            open = [];
            if (_stages is not [.., { Phase: LayerPhase.Sample }]) Add(LayerPhase.Sample, []);
        }

        _sums[^1].Add(i);
        return open;
    }

    private void Close(List<int> nodes)
    {
        if (nodes.Count > 0) Add(LayerPhase.Sample, nodes);
    }

    private void Add(LayerPhase phase, List<int> nodes)
    {
        foreach (int node in nodes) _stageOf[node] = _stages.Count;
        _sums.Add([]);
        _stages.Add(new StagePlan(phase, nodes, _sums[^1]));
    }

    private Storage OutputOf(int i)
    {
        if (_traits[i].IsIdentity) return Storage.Shared;
        if (IsRecomputed(i)) return Storage.Thread;
        bool isKept = LeavesStage(i) || _traits[i].ReadsOutput || _readers[i].Exists(reader => IsReadBack(i, reader));
        if (isKept) return Storage.Row;
        int reader = OnlyReader(i);
        return reader >= 0 && _traits[reader].WorksInPlace && _stageOf[reader] == _stageOf[i] ? Storage.Reader : Storage.Thread;
    }

    /// <summary>Whether the backward pass of a reader reads a layer's output. Only for ReLU's gradient, it does not read its other inputs.</summary>
    private bool IsReadBack(int i, int reader) =>
        _traits[i].EndsInRelu ? _traits[reader].ReadsInput : _model.Layers[reader].Layer.Kind.Traits(_model.Layers[reader], afterRelu: false).ReadsInput;

    /// <summary>What a layer of phase shard can do in the place of those behind it. The other summand must be there before it.</summary>
    private EpiloguePlan? EpilogueOf(int i)
    {
        if (_traits[i].Phase != LayerPhase.Shard) return null;
        List<int> nodes = [];
        int? addend = null;
        int next = FusibleReader(i);
        if (next >= 0 && _traits[next].EpilogueStep == EpilogueStep.Sum)
        {
            addend = _model.Layers[next].Sources.First(source => Origin(source) != i);
            if (Origin(addend.Value) > i) return null;
            nodes.Add(next);
            next = FusibleReader(next);
        }

        bool endsInRelu = next >= 0 && _traits[next].EpilogueStep == EpilogueStep.Relu;
        if (endsInRelu) nodes.Add(next);
        return nodes.Count == 0 ? null : new EpiloguePlan(nodes, addend, endsInRelu);
    }

    /// <summary>The only reader of an output that is not kept and does not leave its stage; −1 if there is none.</summary>
    private int FusibleReader(int i) => OutputOf(i) is Storage.Thread or Storage.Reader ? OnlyReader(i) : -1;

    private Storage GradientOf(int i)
    {
        LayerPlan layer = _model.Layers[i];
        if (!layer.NeedsInputGradient && layer.Parameters == 0) return Storage.None;
        if (_traits[i].IsIdentity) return Storage.Shared;
        return SharesGradient(i) ? Storage.Reader : _keepsGradient[i] ? Storage.Row : Storage.Thread;
    }

    /// <summary>Whether the gradient of a layer's output, or of one that shares its memory, is read after the row has left the stage. That of a layer over a
    /// shard is read by the stage before. Sources come before their readers.</summary>
    private bool KeepsGradient(int i) =>
        LeavesStage(i) || _traits[i].Phase == LayerPhase.Shard
            || _model.Layers[i].Sources.Select(Origin).Any(source => source >= 0 && SharesGradient(source) && _keepsGradient[source]);

    /// <summary>Whether the only reader passes the gradient of its output on as it is: behind ReLU it does not.</summary>
    private bool SharesGradient(int i)
    {
        int reader = OnlyReader(i);
        return reader >= 0 && _traits[reader].PassesGradient && !_traits[i].EndsInRelu;
    }

    /// <summary>The only layer that reads another, once; −1 if there is none, or several.</summary>
    private int OnlyReader(int i) => _readers[i] is [var reader] ? reader : -1;

    private bool IsRecomputed(int i) =>
        i == 0 && _traits[i].MayRecompute && !LeavesStage(i) && 2.0 * _model.Layers[i].MultiplyAddsForward < _cheapPart * _model.TrainingFlops;

    /// <summary>Whether another stage, all rows at once, or the loss reads a layer's output and writes its gradient.</summary>
    private bool LeavesStage(int i) =>
        _traits[i].Phase == LayerPhase.Batch || _readers[i].Count == 0 || _readers[i].Exists(reader => _stageOf[reader] != _stageOf[i]);

    /// <summary>The backward pass goes from the last reader to the first: that one writes, and the others add (docs/numerics.md, rule 11).</summary>
    private bool[] AddsGradients(int i)
    {
        IReadOnlyList<int> sources = _model.Layers[i].Sources;
        bool[] adds = new bool[sources.Count];
        for (int slot = 0; slot < adds.Length; slot++)
        {
            int read = Origin(sources[slot]);
            if (read < 0 || _traits[i].IsIdentity) continue;
            adds[slot] = _readers[read].Exists(reader => reader > i) || sources.Take(slot).Any(source => Origin(source) == read);
        }

        return adds;
    }
}
