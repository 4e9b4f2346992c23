using DistConv.Images.Folders;

namespace DistConv.Filters.Exports.Onnx;

/// <summary>
/// ONNX files: opset 17 in IR version 8, which runtimes of 2022 and later read. The dozen messages that are needed are written by hand over Google.Protobuf's
/// <see cref="Google.Protobuf.CodedOutputStream"/>: code generated from onnx.proto would be a hundred times as long, and needs a compiler that is native.
/// </summary>
internal static class OnnxFile
{
    /// <summary>Version of the operators.</summary>
    public const int Opset = 17;

    /// <summary>Version of the file format.</summary>
    public const int IrVersion = 8;

    /// <summary>Writes a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(ExportedNetwork network, Stream stream)
    {
        string data = DataTitle.Of(network.Snapshot.Spec.Data);
        string doc = $"{network.Plan.Model.Name} at step {network.Snapshot.Step}, trained by DistConv on {data}. Input: [N, C, H, W], each value a pixel's "
            + "0 ... 255 divided by 255. Output: the probabilities of the classes, whose names are in the metadata (classNames).";
        OnnxFields.Model(IrVersion, Opset, "DistConv", ExportedNetwork.ProducerVersion, doc, OnnxGraph.Of(network), network.Facts).WriteTo(stream);
    }
}
