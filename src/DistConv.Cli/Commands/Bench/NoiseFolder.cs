using System.Buffers.Binary;
using DistConv.Core;
using DistConv.Core.Shapes;
using DistConv.Training.Data;

namespace DistConv.Cli.Commands.Bench;

/// <summary>Noise as IDX files, for silos in other processes.</summary>
internal static class NoiseFolder
{
    private const int Images = 0x800, Labels = 0x801, MaxClasses = 256;

    /// <summary>Writes both splits.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="shape">A picture.</param>
    /// <param name="classes">Classes of the labels.</param>
    /// <param name="count">Training samples; the test split has one for each class.</param>
    /// <exception cref="InvalidInputException">Pictures of this shape cannot be written.</exception>
    public static void Write(string folder, TensorShape shape, int classes, int count)
    {
        if (shape.Channels is not (1 or 3)) throw new InvalidInputException(
            $"the model's input is {shape}; give a model whose pictures have 1 or 3 channels, since the silos read them from IDX files");
        if (classes > MaxClasses) throw new InvalidInputException($"the model tells {classes} classes apart; give one with at most {MaxClasses}");
        DataSource noise = BenchData.Create(shape, classes, count);
        Write(folder, "train", noise.Train, count);
        Write(folder, "t10k", noise.Test, int.Min(classes, count));
    }

    private static void Write(string folder, string name, IDataset samples, int count)
    {
        TensorShape shape = samples.Shape;
        int[] sizes = shape.Channels == 1 ? [count, shape.Height, shape.Width] : [count, shape.Height, shape.Width, shape.Channels];
        using (FileStream images = File.Create(Path.Combine(folder, $"{name}-images-idx{sizes.Length}-ubyte")))
        {
            WriteWords(images, [Images + sizes.Length, .. sizes]);
            for (int i = 0; i < count; i++) images.Write(samples.Image(i));
        }

        using FileStream labels = File.Create(Path.Combine(folder, $"{name}-labels-idx1-ubyte"));
        WriteWords(labels, [Labels, count]);
        for (int i = 0; i < count; i++) labels.WriteByte((byte)samples.Label(i));
    }

    private static void WriteWords(FileStream file, int[] words)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        foreach (int word in words)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, word);
            file.Write(bytes);
        }
    }
}
