using DistConv.Core.Layers;
using DistConv.Core.Models.Keras;

namespace DistConv.Core.Models;

/// <summary>A model's layers as they were read.</summary>
/// <param name="Layers">The layers.</param>
/// <param name="Numbers">The place of each in the text, from 1.</param>
/// <param name="Input">What is known of the input's shape.</param>
/// <param name="Origins">What each was in Keras.</param>
/// <param name="Repeated">The names of layers that share their weights with an earlier one.</param>
internal sealed record LayerListReading(
    LayerSpec[] Layers, int[] Numbers, KerasInput Input, IReadOnlyList<KerasLayer> Origins, IReadOnlyList<string> Repeated);
