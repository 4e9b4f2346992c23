using DistConv.Core;
using DistConv.Core.Shapes;

namespace DistConv.Training.Data.Idx;

/// <summary>The content of an IDX image file.</summary>
/// <param name="Count">Number of images, at least 1.</param>
/// <param name="Shape">Rows, columns and channels of each: 1 channel for grey, 3 for colour.</param>
/// <param name="Pixels">All images, NHWC.</param>
public sealed record IdxImages(int Count, TensorShape Shape, byte[] Pixels)
{
    /// <summary>How values became bytes; null: they are bytes.</summary>
    internal IdxScale? Scale { get; init; }

    /// <summary>What was not as usual, for people: the type of the values, or the order of the channels.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Makes images of what a file holds.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="magic">Its magic number: the type of its values.</param>
    /// <param name="sizes">Its three or four dimensions.</param>
    /// <param name="values">Its values.</param>
    /// <param name="scale">How values other than bytes become bytes; null: by their own range.</param>
    /// <exception cref="InvalidInputException">Four dimensions are no pictures, or a value is not finite.</exception>
    internal static IdxImages Of(string path, uint magic, uint[] sizes, byte[] values, IdxScale? scale)
    {
        byte type = (byte)(magic >> 8);
        List<string> notes = [];
        if (type != IdxFile.UnsignedByte)
        {
            scale ??= IdxScale.Of(values, type, path);
            values = scale.Value.Apply(values, type, path);
            notes.Add($"the images have values of the type {IdxFile.NameOf(type)}: {scale} of the training images become 0 … 255");
        }

        int count = (int)sizes[0], first = (int)sizes[1], second = (int)sizes[2], third = sizes.Length > 3 ? (int)sizes[3] : 1;
        TensorShape shape = new(first, second, third);
        if (third is not (1 or 3))
        {
            if (first is not (1 or 3)) throw new InvalidInputException(
                $"'{path}' has images of {first} × {second} × {third}; the third number, or the first, is that of the channels: 1 for grey, 3 for colour");
            shape = new TensorShape(second, third, first);
            values = ChannelsLast(values, count, shape);
            notes.Add($"images have their channels first, {first} × {second} × {third}: they become {shape}");
        }

        return new IdxImages(count, shape, values) { Scale = type == IdxFile.UnsignedByte ? null : scale, Notes = notes };
    }

    /// <summary>The same images with rows and columns exchanged.</summary>
    internal IdxImages Transpose()
    {
        (int rows, int columns, int channels) = (Shape.Height, Shape.Width, Shape.Channels);
        byte[] turned = GC.AllocateUninitializedArray<byte>(Pixels.Length);
        for (int image = 0; image < Count; image++)
        {
            ReadOnlySpan<byte> from = Pixels.AsSpan(image * Shape.Size, Shape.Size);
            Span<byte> to = turned.AsSpan(image * Shape.Size, Shape.Size);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                    from.Slice(((row * columns) + column) * channels, channels).CopyTo(to[(((column * rows) + row) * channels)..]);
            }
        }

        return this with { Shape = new TensorShape(columns, rows, channels), Pixels = turned };
    }

    private static byte[] ChannelsLast(byte[] values, int count, TensorShape shape)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(values.Length);
        int plane = shape.Height * shape.Width;
        for (int image = 0; image < count; image++)
        {
            int start = image * shape.Size;
            for (int pixel = 0; pixel < plane; pixel++)
            {
                for (int channel = 0; channel < shape.Channels; channel++)
                    pixels[start + (pixel * shape.Channels) + channel] = values[start + (channel * plane) + pixel];
            }
        }

        return pixels;
    }
}
