using DistConv.Grains.Contracts;
using DistConv.Training.Data;
using DistConv.Training.Data.Stored;
using DistConv.Training.Files;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Silos whose pictures stay in a file.</summary>
public sealed class StoredDataTests : IDisposable
{
    private readonly TinyJob _job = new(change: spec => spec with { Augmentation = [new("mixup", 0.4)] });
    private readonly string _file = Path.GetTempFileName();

    public void Dispose()
    {
        _job.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public async Task Submit_twoSilosWithAWindowOfFourPictures_giveTheWeightsOfMemory()
    {
        JobStatus local = await _job.TrainLocallyAsync();
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2, configure: (_, options) => options.Catalog = Catalog());
        JobStatus status = await RunAsync(cluster);
        Assert.Equal((JobState.Done, local.WeightsDigest), (status.State, status.WeightsDigest));
        Assert.Equal(2, status.Silos.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Submit_fileThatIsCutBelowTheJob_failsWithALineThatNamesIt(int silos)
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos, configure: (_, options) => options.Catalog = Catalog(cut: true));
        JobStatus status = await RunAsync(cluster);
        Assert.Equal(JobState.Failed, status.State);
        string line = $"the cache of decoded pictures '{_file}' on {Environment.MachineName} is shorter than it was: delete this file";
        Assert.Contains(line, status.Message, StringComparison.Ordinal);
    }

    private async Task<JobStatus> RunAsync(SmallCluster cluster)
    {
        await cluster.Jobs(0).Submit(TinyJob.Id, _job.Spec.ToJson(), new RunMessage(StopAt: null, SnapshotEverySteps: 100, SnapshotSeconds: 5));
        return await cluster.WaitAsync(0);
    }

    private DataCatalog Catalog(bool cut = false) => new(new StoredOpener(_job.Source, _file, cut));

    /// <summary>Puts the pictures of a data set into a file; the file may be cut as soon as it is open.</summary>
    private sealed class StoredOpener(DataSource source, string path, bool cut) : IDataOpener
    {
        private static readonly Lock _gate = new();

        public DataSetName Name { get; } = new("stored", "the pictures of a test in a file");

        public bool Knows(string name) => true;

        public DataSource Open(string name, string? dataDirectory, string cacheDirectory, Action<string>? note)
        {
            lock (_gate)
            {
                byte[] pixels = [.. Pixels(source.Train), .. Pixels(source.Test)];
                using (FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite)) file.Write(pixels);
                DataSource stored = source with { Train = Stored(source.Train, 0), Test = Stored(source.Test, source.Train.Count) };
                if (!cut) return stored;
                using FileStream again = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                again.SetLength(source.Train.Shape.Size);
                return stored;
            }
        }

        private static byte[] Pixels(IDataset split) => [.. Enumerable.Range(0, split.Count).SelectMany(i => split.Image(i).ToArray())];

        private StoredDataset Stored(IDataset split, int first)
        {
            uint[] checksums = [.. Enumerable.Range(0, split.Count).Select(i => Crc32C.Of(split.Image(i)))];
            byte[] classes = [.. Enumerable.Range(0, split.Count).Select(i => (byte)split.Label(i))];
            StoredPictures pictures = new(
                File.OpenHandle(path, share: FileShare.ReadWrite), path, (long)first * split.Shape.Size, split.Shape, checksums);
            return new StoredDataset(pictures, SampleLabels.OfClasses(classes, split.ClassCount), windowBytes: 4 * split.Shape.Size);
        }
    }
}
