using DistConv.Core.Layers;
using DistConv.Core.Reading;

namespace DistConv.Core.Models;

/// <summary>
/// The order of a model's layers and what each reads. The order is a stable topological sort: of the layers whose inputs are there, the one that the model
/// lists first comes next. A layer's place in it is its number for random draws, parameters and execution (docs/numerics.md, rule 5).
/// </summary>
internal sealed class ModelGraph
{
    /// <summary>What "inputs" calls the model's input.</summary>
    public const string InputName = "input";

    /// <summary>The source of what the model's input gives.</summary>
    public const int Input = -1;

    private ModelGraph(int[] order, int[][] sources) => (Order, Sources) = (order, sources);

    /// <summary>The layers' indices in the model, in the order of computation.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>For each place in the order: the places that it reads, or <see cref="Input"/>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Sources { get; }

    /// <summary>Resolves the names and sorts.</summary>
    /// <param name="model">A model whose names are unique.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="numbers">What messages call the layers.</param>
    /// <param name="problems">Takes what is wrong: a name is unknown, layers read each other in a circle, or several layers are read by nobody.</param>
    /// <returns>The graph; null: something is wrong.</returns>
    public static ModelGraph? Of(ModelSpec model, string source, IReadOnlyList<int> numbers, ProblemList problems)
    {
        string Where(int i) => ModelRules.Where(source, numbers[i], model.Layers[i]);
        Dictionary<string, int> indices = model.Layers.Index().ToDictionary(layer => layer.Item.Name, layer => layer.Index, StringComparer.Ordinal);
        bool isAmbiguous = !indices.TryAdd(InputName, Input);
        int[][] reads = [.. model.Layers.Select((layer, i) => problems.Try(() => Resolve(layer, i, indices, isAmbiguous, Where)) ?? [])];
        if (!problems.IsEmpty) return null;
        int[] order = Sort(reads);
        if (order.Length < reads.Length)
        {
            int stuck = Enumerable.Range(0, reads.Length).Except(order).First();
            problems.Add(new InvalidInputException($"{Where(stuck)}: it reads layers that wait for it: the inputs of layers form a circle"));
            return null;
        }

        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++) places[order[place]] = place;
        CheckOutput(reads, order[^1], Where, problems);
        return problems.IsEmpty
            ? new ModelGraph(order, [.. order.Select(i => reads[i].Select(read => read == Input ? Input : places[read]).ToArray())])
            : null;
    }

    /// <summary>What is wrong with "inputs" that name "input" where a layer is called so.</summary>
    public static InvalidInputException Ambiguous(string where) =>
        new($"{where}: inputs names '{InputName}', which is the model's input and a layer, too; give that layer another name");

    private static int[] Resolve(LayerSpec layer, int index, Dictionary<string, int> indices, bool isAmbiguous, Func<int, string> where)
    {
        if (layer.Inputs.IsEmpty) return [index - 1];
        if (isAmbiguous && layer.Inputs.Names.Contains(InputName)) throw Ambiguous(where(index));
        return [.. layer.Inputs.Names.Select(name => indices.TryGetValue(name, out int read) ? read : throw new InvalidInputException(
            $"{where(index)}: inputs names {MessageText.Quote(name)}, and no layer is called so{Suggestion.DidYouMean(name, indices.Keys)}"))];
    }

    private static int[] Sort(int[][] reads)
    {
        List<int>[] readers = [.. reads.Select(_ => new List<int>())];
        int[] missing = new int[reads.Length];
        PriorityQueue<int, int> ready = new();
        for (int i = 0; i < reads.Length; i++)
        {
            foreach (int read in reads[i].Where(read => read != Input)) readers[read].Add(i);
            missing[i] = reads[i].Count(read => read != Input);
            if (missing[i] == 0) ready.Enqueue(i, i);
        }

        List<int> order = [];
        while (ready.TryDequeue(out int next, out _))
        {
            order.Add(next);
            foreach (int reader in readers[next])
            {
                if (--missing[reader] == 0) ready.Enqueue(reader, reader);
            }
        }

        return [.. order];
    }

    /// <summary>A model has one output: the only layer that nobody reads.</summary>
    private static void CheckOutput(int[][] reads, int last, Func<int, string> where, ProblemList problems)
    {
        HashSet<int> read = [.. reads.SelectMany(sources => sources)];
        foreach (int other in Enumerable.Range(0, reads.Length).Where(i => i != last && !read.Contains(i)))
            problems.Add(new InvalidInputException($"{where(other)}: no layer reads its output, and it is not the last layer; a model has one output"));
    }
}
