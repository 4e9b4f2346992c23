using System.Globalization;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Models.Keras;

/// <summary>
/// A model file in the genuine serialisation of one generation of Keras, and what must come out of it: a line of Cases/expected.tsv. The counts were checked
/// with Keras itself.
/// </summary>
/// <param name="File">The file's name.</param>
/// <param name="MustLoad">Otherwise it must be refused.</param>
/// <param name="Input">The input's shape in the file's own order.</param>
/// <param name="Output">The output's shape, likewise.</param>
/// <param name="Trainable">Values of the weights that are trained.</param>
/// <param name="Total">Values of all weights, those that are not trained too.</param>
/// <param name="What">What is particular about it, or what a refusal must name.</param>
public sealed record KerasCase(string File, bool MustLoad, int[] Input, int[] Output, long Trainable, long Total, string What)
{
    /// <summary>What each case needs beyond convolutions, pooling, dense layers and softmax at the end.</summary>
    private static readonly Dictionary<string, string[]> _needs = new()
    {
        ["01"] = ["BatchNormalization", "tanh", "sigmoid at the end"],
        ["02"] = ["BatchNormalization", "ZeroPadding2D", "PReLU", "LeakyReLU"],
        ["03"] = ["ELU", "GaussianNoise", "Concatenate", "linear end"],
        ["04"] = ["Cropping2D", "ELU", "LeakyReLU", "GaussianNoise", "SpatialDropout2D", "tanh", "elu", "linear end"],
        ["05"] = ["BatchNormalization", "ZeroPadding2D", "sigmoid at the end"],
        ["06"] = [],
        ["07"] = ["BatchNormalization", "ZeroPadding2D"],
        ["08"] = ["BatchNormalization", "DepthwiseConv2D", "ZeroPadding2D", "Reshape", "relu6", "softmax before the end"],
        ["09"] = ["Permute", "Reshape", "dense on an image", "sigmoid", "softsign"],
        ["10"] = ["BatchNormalization", "GlobalMaxPooling2D", "tanh", "selu", "softplus", "hard_sigmoid", "swish", "softsign", "elu", "exponential", "sigmoid"],
        ["11"] = ["BatchNormalization", "DepthwiseConv2D", "SeparableConv2D", "dilation", "groups", "gelu", "selu"],
        ["12"] = ["RandomFlip", "RandomRotation", "RandomZoom", "BatchNormalization", "GlobalMaxPooling2D", "Rescaling", "linear end"],
        ["13"] = ["BatchNormalization", "Concatenate"],
        ["14"] = ["BatchNormalization", "Multiply", "Reshape", "Rescaling", "adapted Normalization", "keepdims", "dense on an image",
            "sigmoid", "silu", "swish"],
        ["15"] = ["BatchNormalization"],
        ["16"] = ["BatchNormalization", "DepthwiseConv2D", "ZeroPadding2D", "relu6"],
        ["17"] = ["BatchNormalization", "LeakyReLU", "PReLU", "silu", "hard_sigmoid", "gelu", "sigmoid at the end"],
        ["18"] = ["BatchNormalization", "Concatenate", "Multiply", "GlobalMaxPooling2D", "dense on an image", "keepdims", "sigmoid"],
        ["19"] = ["RandomFlip", "RandomRotation", "RandomZoom", "BatchNormalization", "SeparableConv2D", "Normalization"],
        ["20"] = ["BatchNormalization"],
        ["21"] = ["ZeroPadding2D", "Cropping2D", "relu6", "sigmoid at the end"],
        ["22"] = ["BatchNormalization"],
        ["23"] = [],
        ["24"] = [],
        ["25"] = [],
        ["26"] = [],
    };

    /// <summary>What is needed that is no layer's name: models that show whether it is there.</summary>
    private static readonly Dictionary<string, string> _probes = new()
    {
        ["sigmoid at the end"] = """{"type":"Flatten"},{"type":"Dense","units":1,"activation":"sigmoid"}""",
        ["linear end"] = """{"type":"Flatten"},{"type":"Dense","units":1}""",
        ["softmax before the end"] = """{"type":"Flatten"},{"type":"Dense","units":4,"activation":"softmax"},{"type":"Reshape","target_shape":[4]}""",
        ["dense on an image"] = """{"type":"Dense","units":3},{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax"}""",
        ["relu6"] = """{"type":"ReLU","max_value":6.0},{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax"}""",
        ["dilation"] =
            """{"type":"Conv2D","filters":2,"kernel_size":3,"dilation_rate":2},{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax"}""",
        ["groups"] = """{"type":"Conv2D","filters":4,"kernel_size":3,"groups":2},{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax"}""",
        ["keepdims"] =
            """{"type":"GlobalAveragePooling2D","keepdims":true},{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax"}""",
        ["adapted Normalization"] =
            """{"type":"Normalization","axis":[-1],"mean":null,"variance":null},{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax"}""",
    };

    /// <summary>The first two characters of its name.</summary>
    public string Number => File[..2];

    /// <summary>Where it is.</summary>
    public string FilePath => Path.Combine(Folder, File);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Models", "Keras", "Cases");

    /// <summary>All cases.</summary>
    public static IReadOnlyList<KerasCase> All { get; } = [.. System.IO.File.ReadLines(Path.Combine(Folder, "expected.tsv")).Skip(1).Select(Read)];

    /// <summary>What DistConv still lacks for this case.</summary>
    public IReadOnlyList<string> Lacks => [.. _needs[Number].Where(need => !Exists(need))];

    private static KerasCase Read(string line)
    {
        string[] cells = line.Split('\t');
        return new KerasCase(
            cells[0], cells[1] == "load", Sizes(cells[2]), Sizes(cells[4]), Count(cells[5]), Count(cells[7]), cells[^1]);
    }

    private static long Count(string text) => text == "" ? 0 : long.Parse(text, CultureInfo.InvariantCulture);

    private static int[] Sizes(string text) =>
        [.. text.Split('x', StringSplitOptions.RemoveEmptyEntries).Select(size => int.Parse(size, CultureInfo.InvariantCulture))];

    private static bool Exists(string need)
    {
        if (char.IsAsciiLetterUpper(need[0])) return LayerTypes.Find(need) is not null;
        string layers = _probes.GetValueOrDefault(
            need,
            $$"""{"type":"Conv2D","filters":2,"kernel_size":3,"activation":"{{need}}"},{"type":"Flatten"},{"type":"Dense","units":2,"activation":"softmax"}""");
        try
        {
            return ModelSpec.Parse($$"""{"input":[8,8,4],"layers":[{{layers}}]}""", need).Input == new TensorShape(8, 8, 4);
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }
}
