using System.Text.RegularExpressions;
using DistConv.Core.Layers;
using PureHDF;

namespace DistConv.Filters.Exports;

/// <summary>
/// Weight files of Keras 3 (<c>model.load_weights("….weights.h5")</c>, keras/src/saving/saving_lib.py): each variable is a dataset
/// <c>layers/conv2d_1/vars/0</c>, where the layer is named by its class and its number among the layers of that class, whatever its own name is. The model to
/// load them into is the Sequential of the same layers.
/// </summary>
internal static partial class KerasWeightsFile
{
    /// <summary>Writes a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(ExportedNetwork network, Stream stream)
    {
        H5Group layers = [];
        Dictionary<string, int> used = [];
        foreach (IGrouping<LayerSpec, WeightForm> layer in network.Weights.GroupBy(form => form.Layer))
        {
            string type = GroupName(layer.Key.Kind);
            int number = used.GetValueOrDefault(type);
            used[type] = number + 1;
            H5Group variables = [];
            variables.Attributes["name"] = layer.Key.Name;
            foreach ((int index, WeightForm form) in layer.Index())
                variables[$"{index}"] = form.Role == TensorPlan.Count // A whole number without dimensions.
                    ? new H5Dataset((int)network.Keras(form).Span[0])
                    : new H5Dataset(network.Keras(form).ToArray(), fileDims: [.. form.KerasShape.Select(dimension => (ulong)dimension)]);
            layers[number == 0 ? type : $"{type}_{number}"] = new H5Group { ["vars"] = variables };
        }

        new H5File { ["layers"] = layers }.Write(stream);
    }

    /// <summary>Keras's class in its snake case (keras/src/utils/naming.py, to_snake_case): "conv2d", "p_re_lu".</summary>
    private static string GroupName(LayerType type)
    {
        string words = Capitalised().Replace(type.KerasNames[0], "$1_$2");
        return LowerBeforeUpper().Replace(words, "$1_$2").ToLowerInvariant();
    }

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex Capitalised();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerBeforeUpper();
}
