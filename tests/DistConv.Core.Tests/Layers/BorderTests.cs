using DistConv.Core.Layers;
using DistConv.Core.Layers.Border;
using DistConv.Core.Layers.Cropping2D;
using DistConv.Core.Layers.ZeroPadding2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Kernels;
using DistConv.Core.Tests.Oracle;
using Xunit;

namespace DistConv.Core.Tests.Layers;

/// <summary>Zeros around images, and images without their edges.</summary>
public sealed unsafe class BorderTests
{
    private const string End = """{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}""";

    private static readonly int[] _sizes = [0, 1, 2, 5];

    /// <summary>Every special value keeps its bits, and nothing is read or written beside the operands.</summary>
    [Theory]
    [InlineData(Placement.Canaries)]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Copy_everyBorder_movesEachValueToItsPlace(Placement placement)
    {
        (TensorShape Inside, Borders Borders)[] cases =
        [
            .. from top in _sizes
               from bottom in _sizes
               from left in _sizes
               from right in _sizes
               from inside in (TensorShape[])[new(1, 1, 1), new(3, 2, 1), new(2, 4, 3), new(4, 1, 17)]
               select (inside, new Borders(top, bottom, left, right)),
        ];
        Grid.ForEach(cases.Length, i =>
        {
            (TensorShape inside, Borders borders) = cases[i];
            IReadOnlyList<int> sources = OracleGather.Padded(inside, borders.Top, borders.Bottom, borders.Left, borders.Right).Sources;
            float[] inner = TestData.Wild(inside.Size, i), whole = TestData.Wild(sources.Count, i + 1);
            using Operands operands = new(placement);
            float* x = operands.Copy(inner), y = operands.Empty(sources.Count), z = operands.Copy(whole), cut = operands.Empty(inside.Size);
            BorderCopy copy = new(inside, borders);
            copy.Embed(x, y);
            copy.Extract(z, cut);
            SameBits.Check([.. sources.Select(source => source < 0 ? 0f : inner[source])], new(y, sources.Count), $"{inside} in {borders}");
            float[] expected = new float[inside.Size];
            for (int place = 0; place < sources.Count; place++)
            {
                if (sources[place] >= 0) expected[sources[place]] = whole[place];
            }

            SameBits.Check(expected, new(cut, inside.Size), $"{inside} out of {borders}");
            SameBits.Check(inner, new(x, inside.Size), "input after use");
        });
    }

    [Theory]
    [InlineData("3", 3, 3, 3, 3)]
    [InlineData("[1, 2]", 1, 1, 2, 2)]
    [InlineData("[[1, 2], [3, 4]]", 1, 2, 3, 4)]
    [InlineData("[1, 2, 3, 4]", 1, 2, 3, 4)]
    [InlineData("""{"top_pad": 1, "bottom_pad": 2, "left_pad": 3, "right_pad": 4}""", 1, 2, 3, 4)]
    [InlineData("""{"right_pad": 4, "top_pad": 1}""", 1, 0, 0, 4)]
    [InlineData("[[0, 0], [0, 0]]", 0, 0, 0, 0)]
    public void Parse_ofAnySpelling_isTheSameBorders(string json, int top, int bottom, int left, int right)
    {
        Borders borders = new(top, bottom, left, right);
        foreach (string type in (string[])["ZeroPadding2D", "zeropadding2d"])
        {
            foreach (string layer in (string[])[
                $$$"""{"class_name":"{{{type}}}","config":{"name":"p","padding":{{{json}}},"data_format":"channels_last"}}""",
                $$"""{"type":"{{type}}","name":"p","padding":{{json}}}"""])
            {
                ModelSpec model = Parse(layer);
                Assert.Equal(new ZeroPadding2DSpec("p", borders), model.Layers[0]);
                Assert.Equal(new TensorShape(9 + top + bottom, 8 + left + right, 3), model.Infer().Layers[0].Output);
                Assert.Contains($"\"padding\":[[{top},{bottom}],[{left},{right}]]", model.ToJson(), StringComparison.Ordinal);
                Assert.Equal(model, ModelSpec.Parse(model.ToJson(), "m.json"));
            }
        }

        ModelSpec cropped = Parse($$$"""{"class_name":"Cropping2D","config":{"name":"c","cropping":{{{json}}},"dim_ordering":"tf"}}""");
        Assert.Equal(new Cropping2DSpec("c", borders), cropped.Layers[0]);
        Assert.Equal(new TensorShape(9 - top - bottom, 8 - left - right, 3), cropped.Infer().Layers[0].Output);
        Assert.Equal(cropped, ModelSpec.Parse(cropped.ToJson(), "m.json"));
    }

    [Fact]
    public void Parse_ofPaddingWithoutASetting_isOneOnEachSide() =>
        Assert.Equal(new ZeroPadding2DSpec("zeropadding1", new Borders(1, 1, 1, 1)), Parse("""{"type":"ZeroPadding2D"}""").Layers[0]);

    [Theory]
    [InlineData("""{"type":"zeropadding2d","padding":-1}""", "layer 1 'zeropadding1' (zeropadding2d): padding must be one whole number, two", "it is -1")]
    [InlineData("""{"type":"ZeroPadding2D","padding":[1,2,3]}""", "layer 1 'zeropadding1' (ZeroPadding2D): padding must be ", "it is [1,2,3]")]
    [InlineData("""{"type":"ZeroPadding2D","padding":[[1,2],3]}""", "padding must be ", "it is [[1,2],3]")]
    [InlineData("""{"type":"ZeroPadding2D","padding":[[1,2],[3]]}""", "padding must be ", "it is [[1,2],[3]]")]
    [InlineData("""{"type":"ZeroPadding2D","padding":{"top":1}}""", "padding must be ", "it is an object {...}")]
    [InlineData("""{"type":"ZeroPadding2D","padding":1.5}""", "padding must be ", "it is 1.5")]
    [InlineData("""{"type":"ZeroPadding2D","padding":65537}""", "padding must be ", "it is 65537")]
    [InlineData("""{"type":"ZeroPadding2D","padding":"same"}""", "padding must be ", "it is \"same\"")]
    [InlineData("""{"type":"cropping2d"}""", "property 'cropping' is missing, for example \"cropping\": [[1, 1], [2, 2]]", "")]
    [InlineData("""{"type":"cropping2d","cropping":[[4,5],[0,0]]}""",
        "layer 1 'cropping1' (cropping2d): cropping [[4, 5], [0, 0]] leaves nothing of its input (9, 8, 3); it may cut off 8 rows and 7 columns at most", "")]
    [InlineData("""{"type":"zeropadding2d","padding":65536}""", "it makes an output (131081, 131080, 3) of 51,546,292,440 values a sample", "")]
    [InlineData("""{"type":"flatten"},{"type":"zeropadding2d"}""", "layer 2 'zeropadding1' (zeropadding2d): needs an input (height, width, channels)", "")]
    public void Parse_ofWrongBorders_saysWhatWouldBeRight(string layers, string first, string second)
    {
        string message = Assert.Throws<InvalidInputException>(() => Parse(layers)).Message;
        Assert.Contains(first, message, StringComparison.Ordinal);
        Assert.Contains(second, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Infer_ofBordersMadeInCode_checksThem()
    {
        LayerSpec[] layers = [new ZeroPadding2DSpec("p", new Borders(0, -1, 0, 0)), .. Parse("""{"type":"ZeroPadding2D"}""").Layers.Skip(1)];
        string message = Assert.Throws<InvalidInputException>(() => new ModelSpec("m", new TensorShape(9, 8, 3), layers).Infer()).Message;
        Assert.StartsWith("model 'm': layer 1 'p' (zeropadding2d): padding must be one whole number", message, StringComparison.Ordinal);
        Assert.EndsWith("it is [[0, -1], [0, 0]]", message, StringComparison.Ordinal);
    }

    private static ModelSpec Parse(string layers) => ModelSpec.Parse($$"""{"input":[9,8,3],"layers":[{{layers}},{{End}}]}""", "m.json");
}
