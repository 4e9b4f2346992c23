using System.Collections.Concurrent;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Core.Shapes;
using DistConv.Images.Decoding;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Client;

/// <summary>A network with the weights of a snapshot, ready to be used. Safe for concurrent calls.</summary>
public sealed class TrainedModel : IDisposable
{
    /// <summary>The largest picture that <see cref="PredictAsync"/> takes: 64 MiB of file.</summary>
    public const int MaxPictureBytes = 64 << 20;

    private readonly SnapshotNetwork _network;
    private readonly Snapshot _snapshot;
    private readonly PictureReader? _pictures;
    private readonly ConcurrentBag<SamplePass> _passes = [];
    private readonly Lock _lock = new();
    private int _predictions;
    private bool _isDisposed;

    private TrainedModel(Snapshot snapshot, SnapshotNetwork network, PictureOptions options)
    {
        _snapshot = snapshot;
        _network = network;
        _pictures = InputShape.Channels is 1 or 3 ? new PictureReader(InputShape, options) : null;
        ClassNames = Training.Data.ClassNames.Of(snapshot.Spec, network.Network.Plan.Classes);
        Weights = [.. snapshot.Tensors.Where(tensor => tensor.IsOfNetwork)
            .Select(tensor => new ModelTensor(tensor.Name, tensor.Shape, tensor.Values))];
    }

    /// <summary>How many updates the weights have seen.</summary>
    public long Step => _snapshot.Step;

    /// <summary>What the classes are called, in order; their numbers if they have no names. Empty for a model of one number.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The shape of an input: height, width and channels.</summary>
    public TensorShape InputShape => _network.Network.Plan.Model.Input;

    /// <summary>Kernels and biases, in the order of the layers, then the moving averages of normalisations.</summary>
    public IReadOnlyList<ModelTensor> Weights { get; }

    /// <summary>"sha256:…" of the weights, by which runs are compared.</summary>
    public string WeightsDigest => _snapshot.WeightsDigest();

    /// <summary>Opens a snapshot file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How pictures become inputs; null: stretched to the input's size.</param>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The file is no whole snapshot, or a later build has made it.</exception>
    public static TrainedModel Open(string path, PictureOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(SnapshotFile.Read(path), path, options);
    }

    /// <summary>Classifies an input.</summary>
    /// <param name="pixels">Height × width × channels values (NHWC), scaled as the network was trained: 0 … 1 for pixels.</param>
    /// <returns>The probability of each class.</returns>
    /// <exception cref="ArgumentException">There are more or fewer values than <see cref="InputShape"/> has, or one is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public Prediction Predict(ReadOnlySpan<float> pixels) => Predict(pixels, look: null);

    /// <summary>Classifies an input and keeps what the layers made of it.</summary>
    /// <param name="pixels">As in <see cref="Predict(ReadOnlySpan{float})"/>.</param>
    /// <param name="maps">What each layer gave whose output has a height and a width, from input to output.</param>
    /// <returns>The probability of each class.</returns>
    /// <exception cref="ArgumentException">There are more or fewer values than <see cref="InputShape"/> has, or one is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public Prediction PredictWithMaps(ReadOnlySpan<float> pixels, out IReadOnlyList<FeatureMaps> maps)
    {
        List<FeatureMaps> found = [];
        Prediction prediction = Predict(pixels, pass =>
        {
            foreach ((int i, Layer layer) in pass.Network.Layers.Index())
            {
                TensorShape shape = layer.Plan.Output;
                if (!shape.IsFlat && !layer.Traits.IsIdentity) found.Add(new FeatureMaps(layer.Plan.Layer.Name, shape, pass.Output(i).ToArray()));
            }
        });
        maps = found;
        return prediction;
    }

    private Prediction Predict(ReadOnlySpan<float> pixels, Action<SamplePass>? look)
    {
        EnsureFinite(pixels);
        Enter();
        SamplePass? pass = null;
        try
        {
            if (!_passes.TryTake(out pass)) pass = _network.CreatePass();
            Prediction prediction = Classify(pass, pixels);
            look?.Invoke(pass);
            return prediction;
        }
        finally
        {
            if (pass is not null) _passes.Add(pass);
            Leave();
        }
    }

    /// <summary>Classifies a picture: PNG, JPEG, WebP, BMP or GIF of any size and colour.</summary>
    /// <param name="picture">The bytes of its file; read to the end.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>The probability of each class.</returns>
    /// <exception cref="InvalidInputException">It is no picture, damaged or too large, or the model takes something else than pictures.</exception>
    public async Task<Prediction> PredictAsync(Stream picture, CancellationToken ct = default)
    {
        return Predict(await ReadPictureAsync(picture, ct).ConfigureAwait(false));
    }

    /// <summary>Reads a picture as an input: brought to the input's size and colours.</summary>
    /// <param name="picture">The picture's file.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>Height × width × channels values, 0 … 1.</returns>
    /// <exception cref="InvalidInputException">It is no picture, damaged or too large, or the model takes something else than pictures.</exception>
    public async Task<float[]> ReadPictureAsync(Stream picture, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        byte[] content = await ReadAllAsync(picture, ct).ConfigureAwait(false);
        return Values(ReadPixels((reader, pixels) => reader.Read(content, "upload", pixels)));
    }

    /// <summary>Frees the model, as soon as the predictions that are under way have ended.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            if (_predictions > 0) return;
        }

        Free();
    }

    /// <summary>A model of a snapshot that has been read.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="options">How pictures become inputs; null: stretched to the input's size.</param>
    /// <exception cref="InvalidInputException">The snapshot holds kernels only, or a later build has made it.</exception>
    internal static TrainedModel Open(Snapshot snapshot, string source, PictureOptions? options = null)
    {
        EnsureKnown(snapshot, source);
        return new TrainedModel(snapshot, SnapshotNetwork.Open(snapshot, source, KernelSets.Select()), options ?? new PictureOptions());
    }

    /// <summary>Refuses what a later build has made: what it means by its numbers is not known here.</summary>
    /// <exception cref="InvalidInputException">The version is newer than this build's.</exception>
    internal static void EnsureKnown(SnapshotInfo info, string source)
    {
        int version = Math.Max(info.NumericsVersion, info.Spec.NumericsVersion);
        if (version > Training.NumericsVersion.Current)
            throw new InvalidInputException(
                $"snapshot '{source}' has numericsVersion {version}, newer than this build's {Training.NumericsVersion.Current}; use the build that made it");
    }

    /// <summary>Checks that pictures can be inputs of the model.</summary>
    /// <exception cref="InvalidInputException">They cannot.</exception>
    internal void EnsureTakesPictures() => Pictures();

    /// <summary>Reads a picture file as bytes of the input's shape.</summary>
    /// <exception cref="InvalidInputException">It is no picture, damaged or too large.</exception>
    internal byte[] ReadPixels(string path) => ReadPixels((reader, pixels) => reader.Read(path, pixels));

    /// <summary>Classifies bytes of the input's shape.</summary>
    internal Prediction Predict(byte[] pixels) => Predict(Values(pixels));

    private static float[] Values(byte[] pixels)
    {
        float[] values = new float[pixels.Length];
        PixelValues.Fill(pixels, values);
        return values;
    }

    private static void EnsureFinite(ReadOnlySpan<float> pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            if (!float.IsFinite(pixels[i])) throw new ArgumentException($"value {i} is {pixels[i]}; give finite numbers", nameof(pixels));
        }
    }

    private Prediction Classify(SamplePass pass, ReadOnlySpan<float> pixels)
    {
        pass.Forward(pixels);
        OutputKind kind = _network.Network.Plan.OutputKind;
        float[] outputs = new float[_network.Network.Plan.Output.Size];
        pass.Outputs(outputs);
        return Prediction.Of(kind, pass.Logits, outputs, ClassNames);
    }

    private void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _predictions++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_predictions > 0 || !_isDisposed) return;
        }

        Free();
    }

    private void Free()
    {
        while (_passes.TryTake(out SamplePass? pass)) pass.Dispose();
        _network.Dispose();
    }

    private byte[] ReadPixels(Action<PictureReader, byte[]> read)
    {
        byte[] pixels = new byte[InputShape.Size];
        read(Pictures(), pixels);
        return pixels;
    }

    private PictureReader Pictures() =>
        _pictures ?? throw new InvalidInputException($"the model takes {InputShape}, and a picture has 1 channel (grey) or 3 (RGB)");

    private static async Task<byte[]> ReadAllAsync(Stream picture, CancellationToken ct)
    {
        using MemoryStream content = new();
        byte[] block = new byte[1 << 16];
        while (await picture.ReadAsync(block, ct).ConfigureAwait(false) is var read and > 0)
        {
            content.Write(block, 0, read);
            if (content.Length > MaxPictureBytes) throw new InvalidInputException($"the picture has more than {MaxPictureBytes:N0} bytes");
        }

        return content.ToArray();
    }
}
