using DistConv.Client;

namespace DistConv.Dashboard.Models;

/// <summary>The models that were used last, opened once. A model that leaves is closed when nobody uses it any more.</summary>
internal sealed class ModelCache
{
    /// <summary>How many models stay open.</summary>
    public const int Kept = 2;

    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _byUse = [];

    /// <summary>Uses a model.</summary>
    /// <param name="job">Its job.</param>
    /// <param name="step">A step of which the job has a snapshot.</param>
    /// <param name="use">Uses it; the model is not used after that.</param>
    /// <param name="ct">Gives the waiting up.</param>
    public async Task<T> UseAsync<T>(TrainingJob job, long step, Func<TrainedModel, Task<T>> use, CancellationToken ct)
    {
        Entry entry = Take(job, step);
        try
        {
            return await use(await entry.Model.WaitAsync(ct));
        }
        finally
        {
            Return(entry);
        }
    }

    private Entry Take(TrainingJob job, long step)
    {
        lock (_gate)
        {
            Entry? entry = _byUse.FirstOrDefault(one => one.Job == job.Id && one.Step == step);
            if (entry is not null) _byUse.Remove(entry);
            if (entry is null || entry.Model is { IsCompleted: true, IsCompletedSuccessfully: false })
                entry = new Entry(job.Id, step, Task.Run(() => job.OpenModelAsync(SnapshotChoice.AtStep(step))));
            _byUse.AddFirst(entry);
            entry.Users++;
            while (_byUse.Count > Kept)
            {
                Entry oldest = _byUse.Last!.Value;
                _byUse.RemoveLast();
                oldest.HasLeft = true;
                CloseIfUnused(oldest);
            }

            return entry;
        }
    }

    private void Return(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            CloseIfUnused(entry);
        }
    }

    private static void CloseIfUnused(Entry entry)
    {
        if (!entry.HasLeft || entry.Users > 0) return;
        _ = entry.Model.ContinueWith(
            static model => model.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private sealed class Entry(string job, long step, Task<TrainedModel> model)
    {
        public string Job => job;

        public long Step => step;

        public Task<TrainedModel> Model => model;

        public int Users { get; set; }

        public bool HasLeft { get; set; }
    }
}
