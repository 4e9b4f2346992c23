using DistConv.Core;
using DistConv.Core.Reading;
using PureHDF;
using PureHDF.VOL.Native;

namespace DistConv.Filters.Imports;

/// <summary>A tensor in an HDF5 file.</summary>
/// <param name="Path">Its place in the file.</param>
/// <param name="Shape">Its dimensions; none: a single number.</param>
/// <param name="Data">Its values.</param>
internal sealed record H5Tensor(string Path, IReadOnlyList<int> Shape, IH5Dataset Data)
{
    /// <summary>Reads the values.</summary>
    public float[] Read() => Data.Read<float[]>();
}

/// <summary>A group of an HDF5 file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Groups">The groups in it.</param>
/// <param name="Tensors">The tensors of float32 in it.</param>
/// <param name="Group">For its attributes.</param>
internal sealed record H5Node(string Name, IReadOnlyList<H5Node> Groups, IReadOnlyList<H5Tensor> Tensors, IH5Group Group)
{
    /// <summary>A group in it by name; null: there is none.</summary>
    public H5Node? Find(string name) => Groups.FirstOrDefault(group => group.Name == name);

    /// <summary>All tensors in it and in its groups.</summary>
    public IEnumerable<H5Tensor> All => [.. Tensors, .. Groups.SelectMany(group => group.All)];

    /// <summary>An attribute that is a list of texts, of fixed or of variable length; empty if it is missing or no text.</summary>
    public string[] Texts(string attribute) =>
        Group.AttributeExists(attribute) && Group.Attribute(attribute) is var found && IsText(found) ? found.Read<string[]>() : [];

    /// <summary>An attribute that is a text; null if it is missing or something else.</summary>
    public string? Text(string attribute) =>
        Group.AttributeExists(attribute) && Group.Attribute(attribute) is var found && IsText(found) ? found.Read<string>() : null;

    private static bool IsText(IH5Attribute attribute) => attribute.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength;
}

/// <summary>
/// An open HDF5 file. Opening it reads names and shapes, within fixed limits; values are read once they are known to fit a model. Tensors must be stored in one
/// piece, as Keras stores them: of a compressed one nobody knows how large it becomes.
/// </summary>
internal sealed class H5Container : IDisposable
{
    private const int MaxDepth = 16;
    private const int MaxObjects = 50_000;

    private readonly NativeFile _file;
    private readonly string _path;
    private int _objects;

    private H5Container(NativeFile file, string path)
    {
        (_file, _path) = (file, path);
        Root = Walk(file, "/", "", 0);
    }

    /// <summary>The whole file.</summary>
    public H5Node Root { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="stream">The file; disposed with the container.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="InvalidInputException">It is damaged, or no file of weights.</exception>
    public static H5Container Open(Stream stream, string path) => Guard(path, () => new H5Container(H5File.Open(stream, leaveOpen: false), path));

    /// <summary>Does something with the file. The library throws exceptions of many types at damaged ones.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (InvalidInputException or IOException or OutOfMemoryException) || e is EndOfStreamException)
        {
            throw new InvalidInputException($"'{path}' is not an HDF5 file, or it is damaged: {MessageText.Short(e.Message)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private H5Node Walk(IH5Group group, string name, string path, int depth)
    {
        if (depth > MaxDepth) throw new InvalidInputException($"'{_path}': groups are more than {MaxDepth} deep; no file of weights needs that");
        List<H5Node> groups = [];
        List<H5Tensor> tensors = [];
        foreach (IH5Object child in group.Children())
        {
            if (++_objects > MaxObjects)
                throw new InvalidInputException($"'{_path}' has more than {MaxObjects:N0} groups and tensors; no model needs that many");
            string place = $"{path}/{child.Name}";
            if (child is IH5Group inner) groups.Add(Walk(inner, child.Name, place, depth + 1));
            else if (child is IH5Dataset data && TensorOf(data, place) is { } tensor) tensors.Add(tensor);
        }

        return new H5Node(name, groups, tensors, group);
    }

    /// <summary>Tensors of other numbers are no weights: states of random generators, counts of steps.</summary>
    private H5Tensor? TensorOf(IH5Dataset data, string place)
    {
        if (data.Type is not { Class: H5DataTypeClass.FloatingPoint, Size: sizeof(float) }) return null;
        string where = $"'{_path}': tensor {MessageText.Quote(place)}";
        if (data.Layout.Class is not (H5DataLayoutClass.Contiguous or H5DataLayoutClass.Compact))
            throw new InvalidInputException($"{where} is stored in pieces or compressed; Keras stores weights in one piece: save them again with Keras");
        long[] dimensions = [.. data.Space.Dimensions.Select(dimension => (long)Math.Min(dimension, long.MaxValue))];
        return new H5Tensor(place, WeightTensor.CheckShape(where, dimensions), data);
    }
}
