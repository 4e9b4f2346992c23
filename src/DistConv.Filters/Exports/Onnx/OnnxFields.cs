using System.Buffers.Binary;

namespace DistConv.Filters.Exports.Onnx;

/// <summary>The messages of onnx.proto that a file of ours has (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), each made in one place with the
/// numbers of its fields.</summary>
internal static class OnnxFields
{
    private const int Float32 = 1, Int64 = 7; // TensorProto.DataType
    private const int FloatAttribute = 1, IntAttribute = 2, TextAttribute = 3, IntsAttribute = 7; // AttributeProto.AttributeType

    /// <summary>ModelProto.</summary>
    public static ProtoMessage Model(
        int irVersion, int opset, string producer, string version, string doc, ProtoMessage graph, IEnumerable<(string Key, string Value)> metadata)
    {
        ProtoMessage model = new ProtoMessage().Add(1, irVersion).Add(2, producer).Add(3, version).Add(6, doc).Add(7, graph)
            .Add(8, new ProtoMessage().Add(1, "").Add(2, opset)); // OperatorSetIdProto of the default domain
        foreach ((string key, string value) in metadata) model.Add(14, new ProtoMessage().Add(1, key).Add(2, value)); // StringStringEntryProto
        return model;
    }

    /// <summary>GraphProto.</summary>
    public static ProtoMessage Graph(
        string name, IEnumerable<ProtoMessage> nodes, IEnumerable<ProtoMessage> initializers, ProtoMessage input, ProtoMessage output)
    {
        ProtoMessage graph = new ProtoMessage().Add(2, name);
        foreach (ProtoMessage node in nodes) graph.Add(1, node);
        foreach (ProtoMessage initializer in initializers) graph.Add(5, initializer);
        return graph.Add(11, input).Add(12, output);
    }

    /// <summary>NodeProto.</summary>
    public static ProtoMessage Node(string operation, string name, IEnumerable<string> inputs, string output, IEnumerable<ProtoMessage> attributes)
    {
        ProtoMessage node = new();
        foreach (string input in inputs) node.Add(1, input);
        node.Add(2, output).Add(3, name).Add(4, operation);
        foreach (ProtoMessage attribute in attributes) node.Add(5, attribute);
        return node;
    }

    /// <summary>AttributeProto of a number.</summary>
    public static ProtoMessage Attribute(string name, long value) => new ProtoMessage().Add(1, name).Add(3, value).Add(20, IntAttribute);

    /// <summary>AttributeProto of a float.</summary>
    public static ProtoMessage Attribute(string name, float value) => new ProtoMessage().Add(1, name).Add(2, value).Add(20, FloatAttribute);

    /// <summary>AttributeProto of a text.</summary>
    public static ProtoMessage Attribute(string name, string value) => new ProtoMessage().Add(1, name).Add(4, value).Add(20, TextAttribute);

    /// <summary>AttributeProto of several numbers.</summary>
    public static ProtoMessage Attribute(string name, params long[] values) => new ProtoMessage().Add(1, name).AddAll(8, values).Add(20, IntsAttribute);

    /// <summary>TensorProto of float32 values.</summary>
    public static ProtoMessage Tensor(string name, IReadOnlyList<int> shape, ReadOnlyMemory<byte> littleEndian) =>
        new ProtoMessage().AddAll(1, shape.Select(dimension => (long)dimension)).Add(2, Float32).Add(8, name).Add(9, littleEndian);

    /// <summary>TensorProto of whole numbers in one dimension.</summary>
    public static ProtoMessage Tensor(string name, ReadOnlySpan<long> values)
    {
        byte[] littleEndian = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(littleEndian.AsSpan(i * sizeof(long)), values[i]);
        return new ProtoMessage().Add(1, values.Length).Add(2, Int64).Add(8, name).Add(9, littleEndian);
    }

    /// <summary>ValueInfoProto of a float32 tensor with any number of rows.</summary>
    public static ProtoMessage Value(string name, string batch, string doc, params int[] shape)
    {
        ProtoMessage dimensions = new ProtoMessage().Add(1, new ProtoMessage().Add(2, batch)); // TensorShapeProto, dim_param
        foreach (int dimension in shape) dimensions.Add(1, new ProtoMessage().Add(1, dimension)); // dim_value
        ProtoMessage tensor = new ProtoMessage().Add(1, Float32).Add(2, dimensions); // TypeProto.Tensor
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor)).Add(3, doc);
    }
}
