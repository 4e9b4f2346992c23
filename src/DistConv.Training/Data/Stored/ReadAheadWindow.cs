using DistConv.Core;

namespace DistConv.Training.Data.Stored;

/// <summary>
/// A bounded number of pictures that are read before they are asked for, in the order in which they are announced, by one worker of the thread pool at a time.
/// Nobody waits for it: whoever asks for a picture that is not here reads it himself.
/// </summary>
internal sealed class ReadAheadWindow : IThreadPoolWorkItem
{
    private readonly StoredPictures _pictures;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, int> _slots;
    private readonly HashSet<int> _wanted;
    private readonly Stack<int> _free;
    private readonly byte[]?[] _buffers;
    private readonly int[] _announced;
    private int _count;
    private int _next;
    private bool _isReading;

    /// <summary>A window; memory is allocated as it fills.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="capacity">How many of them it holds at most; 0: none.</param>
    public ReadAheadWindow(StoredPictures pictures, int capacity)
    {
        _pictures = pictures;
        _slots = new Dictionary<int, int>(capacity);
        _wanted = new HashSet<int>(capacity);
        _free = new Stack<int>(capacity);
        _buffers = new byte[capacity][];
        _announced = new int[capacity];
        for (int slot = capacity - 1; slot >= 0; slot--) _free.Push(slot);
    }

    /// <summary>How many pictures it holds at most.</summary>
    public int Capacity => _buffers.Length;

    /// <summary>How many it holds.</summary>
    public int Held
    {
        get
        {
            lock (_gate) return _slots.Count;
        }
    }

    /// <summary>Reads these pictures next, and forgets all others.</summary>
    /// <param name="samples">In the order in which they will be asked for; those beyond <see cref="Capacity"/> are left out.</param>
    public void Announce(ReadOnlySpan<int> samples)
    {
        if (Capacity == 0) return;
        lock (_gate)
        {
            _count = int.Min(samples.Length, Capacity);
            _next = 0;
            _wanted.Clear();
            for (int i = 0; i < _count; i++)
            {
                _announced[i] = samples[i];
                _wanted.Add(samples[i]);
            }

            foreach ((int sample, int slot) in _slots)
            {
                if (_wanted.Contains(sample)) continue;
                _slots.Remove(sample);
                _free.Push(slot);
            }

            Start();
        }
    }

    /// <summary>Copies a picture out of the window, which gives its place to another.</summary>
    /// <param name="sample">The picture.</param>
    /// <param name="pixels">Gets its bytes.</param>
    /// <returns>False if it is not here.</returns>
    public bool TryTake(int sample, Span<byte> pixels)
    {
        int slot;
        lock (_gate)
        {
            if (!_slots.Remove(sample, out slot)) return false;
        }

        _buffers[slot].AsSpan().CopyTo(pixels);
        lock (_gate)
        {
            _free.Push(slot);
            Start();
        }

        return true;
    }

    /// <summary>Reads until all that was announced is here, or the window is full.</summary>
    public void Execute()
    {
        while (TryBegin(out int sample, out int slot))
        {
            bool isRead = TryRead(sample, slot);
            lock (_gate)
            {
                if (!isRead || !_wanted.Contains(sample) || !_slots.TryAdd(sample, slot)) _free.Push(slot);
            }
        }
    }

    private void Start()
    {
        if (_isReading || _next >= _count) return;
        _isReading = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryBegin(out int sample, out int slot)
    {
        lock (_gate)
        {
            while (_next < _count && _slots.ContainsKey(_announced[_next])) _next++;
            (sample, slot) = (-1, -1);
            if (_next < _count && _free.TryPop(out slot)) sample = _announced[_next++];
            else _isReading = false;
            return sample >= 0;
        }
    }

    private bool TryRead(int sample, int slot)
    {
        try
        {
            byte[] buffer = _buffers[slot] ??= GC.AllocateUninitializedArray<byte>(_pictures.Shape.Size);
            _pictures.Read(sample, buffer);
            return true;
        }
        catch (InvalidInputException)
        {
            return false; // Who asks for it reads it himself, and tells.
        }
    }
}
