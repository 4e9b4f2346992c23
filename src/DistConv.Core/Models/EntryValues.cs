using DistConv.Core.Models.Keras;

namespace DistConv.Core.Models;

/// <summary>Which layer of ours gives the value of each entry of a model's text, and who reads it.</summary>
internal sealed class EntryValues
{
    private readonly LayerText _text;
    private readonly int[] _readers;
    private readonly string?[] _values;
    private readonly string[]?[] _named;

    // Whether only the entry that follows on its path reads the value: through linear activations and fused ones.
    private readonly bool[] _isPassed;

    /// <summary>Counts readers.</summary>
    /// <param name="text">The text.</param>
    public EntryValues(LayerText text)
    {
        _text = text;
        int count = text.Entries.Count;
        (_readers, _values, _named, _isPassed) = (new int[count], new string?[count], new string[]?[count], new bool[count]);
        foreach (LayerEntry entry in text.Entries)
        {
            foreach (int read in entry.Inputs ?? [entry.Number - 2])
            {
                if (read >= 0) _readers[read]++;
            }
        }

        if (text.Output is >= 0 and var output) _readers[output]++;
    }

    /// <summary>The names of the layers that an entry reads.</summary>
    public string[] InputsOf(int index) => _named[index] ?? [.. Reads(index).Select(ValueOf)];

    /// <summary>Sets what an entry's own "inputs" name.</summary>
    public void Name(int index, string[] inputs) => _named[index] = inputs;

    /// <summary>An entry became this layer.</summary>
    public void Set(int index, string layer)
    {
        _values[index] = layer;
        _isPassed[index] = false;
    }

    /// <summary>An entry gives what it reads: it is no layer, or became part of the one before it.</summary>
    public void Pass(int index)
    {
        _values[index] = ValueOf(Reads(index)[0]);
        _isPassed[index] = true;
    }

    /// <summary>Whether another entry reads an entry's value.</summary>
    public bool IsRead(int index) => _readers[index] > (_text.Output == index ? 1 : 0);

    /// <summary>The name of the layer that gives an entry's value.</summary>
    public string Of(int index) => ValueOf(index);

    /// <summary>The layer that an entry reads if nothing else reads it.</summary>
    public string? OnlyReaderOf(int index)
    {
        if (_named[index] is not null) return null;
        int read = Reads(index)[0];
        while (read >= 0 && _readers[read] == 1 && _isPassed[read]) read = Reads(read)[0];
        return read >= 0 && _readers[read] == 1 ? _values[read] : null;
    }

    private IReadOnlyList<int> Reads(int index) => _text.Entries[index].Inputs ?? [index - 1];

    private string ValueOf(int entry) => entry < 0 ? ModelGraph.InputName : _values[entry] ?? ModelGraph.InputName;
}
