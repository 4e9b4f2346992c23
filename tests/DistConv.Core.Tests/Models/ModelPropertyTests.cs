using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using DistConv.Core.Initializers;
using DistConv.Core.Layers;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.SeparableConv2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Models.Keras;
using Xunit;

namespace DistConv.Core.Tests.Models;

public sealed partial class ModelPropertyTests
{
    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ",", ":", "\"", "-1", "0", "1e9", "1e999", "99999999999999999999", "null", "true", "\"\\ud800\"", "\\", "//", "\n", "\u2028", "😀",
            "conv2d", "\"name\":",
        "\"type\":\"softmax\"", "3.0", "65536",
    ];

    private static readonly string[] Values =
    [
        "-1", "0", "2.5", "-0.0", "1e9", "1e999", "2147483648", "65536", "null", "true", "[]", "[1,2]", "[[1]]", "{}", "{\"name\":1}", "\"\"", "\"relu\"",
            "\"softmax\"",
        "\"\\ud800\"", "\"\\u0000\\n\"", "\"name\"", "\"constant\"", "{\"name\":\"constant\",\"value\":1e39}", "\"conv2d\"", "\"dropout\"",
    ];

    private static readonly string[] KerasFragments =
    [
        "\"class_name\"", "\"config\"", "\"Activation\"", "\"InputLayer\"", "\"Sequential\"", "\"Functional\"", "\"nb_row\"", "\"kernel_size\"",
            "\"input_dim\"", "\"input_shape\"",
        "\"batch_input_shape\"", "\"data_format\"", "\"dtype\"", "\"seed\"", "\"VarianceScaling\"", "[null,3,3,1]", "{\"class_name\":\"Zeros\"}",
            "{\"class_name\":[],\"config\":null}", "'x'", "True",
    ];

    [Fact]
    public void Parse_of_ToJson_is_the_same_model_with_the_same_text()
    {
        RandomModels.Any.Sample(
            model =>
            {
                string json = model.ToJson();
                ModelSpec read = ModelSpec.Parse(json, "random.json");
                return read == model && read.GetHashCode() == model.GetHashCode() && read.ToJson() == json && !json.Contains('\n');
            },
            iter: 500);
    }

    [Fact]
    public void Parse_of_any_Keras_spelling_is_the_same_model()
    {
        Gen.Select(RandomModels.Any, Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            (model, keras1, separate, list) =>
            {
                ModelSpec read = ModelSpec.Parse(KerasText.Write(model, keras1, separate, list), "random_model.json");
                return read.ToJson() == WithoutDefaults(model).ToJson();
            },
            iter: 500);
    }

    [Fact]
    public void Parse_of_damaged_Keras_text_throws_nothing_but_one_line_that_names_the_file()
    {
        Gen.Select(RandomModels.Any, Gen.Bool, Gen.Int[0, 100_000], Gen.OneOf(Gen.OneOf(Values), Gen.OneOf(KerasFragments))).Sample(
            (model, keras1, at, value) =>
            {
                string json = KerasText.Write(model, keras1, separate: true, list: true);
                MatchCollection tokens = Token().Matches(json);
                Match token = tokens[at % tokens.Count];
                AssertModelOrOneLine(() => ModelSpec.Parse(json[..token.Index] + value + json[(token.Index + token.Length)..], "damaged.json"));
            },
            iter: 3_000);
    }

    [Fact]
    public void Infer_connects_the_layers_and_adds_up()
    {
        RandomModels.Any.Sample(
            model =>
            {
                ModelPlan plan = model.Infer();
                TensorShape shape = model.Input;
                bool learned = false;
                foreach (LayerPlan layer in plan.Layers)
                {
                    Assert.Equal(shape, layer.Input);
                    Assert.Equal(learned, layer.NeedsInputGradient);
                    Assert.True(layer.Output.Size > 0);
                    shape = layer.Output;
                    learned |= layer.Parameters > 0;
                }

                Assert.Equal(shape.Size, plan.Classes);
                Assert.Equal(plan.Layers.Sum(layer => layer.Tensors.Where(tensor => !tensor.IsState).Sum(tensor => tensor.Length)), plan.Parameters);
            },
            iter: 500);
    }

    [Fact]
    public void Parse_of_damaged_text_throws_nothing_but_one_line_that_names_the_file()
    {
        Gen<(int At, int Remove, string Insert)> genEdit = Gen.Select(
            Gen.Int[0, 100_000],
            Gen.Int[0, 6],
            Gen.OneOf(Gen.OneOf(Fragments), Gen.String[0, 3], Gen.Char[' ', '~'].Select(c => c.ToString())));
        Gen.Select(RandomModels.Any, genEdit.Array[1, 3]).Sample(
            (model, edits) =>
            {
                StringBuilder text = new(model.ToJson());
                foreach ((int at, int remove, string insert) in edits)
                {
                    int start = at % (text.Length + 1);
                    text.Remove(start, Math.Min(remove, text.Length - start)).Insert(start, insert);
                }

                AssertModelOrOneLine(() => ModelSpec.Parse(text.ToString(), "damaged.json"));
            },
            iter: 3_000);
    }

    [Fact]
    public void Parse_of_exchanged_tokens_throws_nothing_but_one_line_that_names_the_file()
    {
        Gen.Select(RandomModels.Any, Gen.Int[0, 100_000], Gen.OneOf(Values)).Sample(
            (model, at, value) =>
            {
                string json = model.ToJson();
                MatchCollection tokens = Token().Matches(json);
                Match token = tokens[at % tokens.Count];
                AssertModelOrOneLine(() => ModelSpec.Parse(json[..token.Index] + value + json[(token.Index + token.Length)..], "damaged.json"));
            },
            iter: 3_000);
    }

    [Fact]
    public void Load_of_damaged_bytes_throws_nothing_but_one_line_that_names_the_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"distconv-{Guid.NewGuid():N}.json");
        try
        {
            Gen.Select(RandomModels.Any, Gen.Int[0, 100_000], Gen.Byte, Gen.Bool).Sample(
                (model, at, value, cut) =>
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(model.ToJson());
                    bytes[at % bytes.Length] = value;
                    File.WriteAllBytes(path, cut ? bytes[..(at % bytes.Length)] : bytes);
                    AssertModelOrOneLine(() => ModelSpec.Load(path));
                },
                iter: 300,
                threads: 1);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A string (a name or a value), a number, a literal, or a list of numbers.</summary>
    [GeneratedRegex("""["][^"]*["]|\[[0-9,]+\]|[-+.0-9eE]+|true|false""")]
    private static partial Regex Token();

    /// <summary>Settings that Keras has by default say nothing.</summary>
    private static ModelSpec WithoutDefaults(ModelSpec model)
    {
        return model with
        {
            Layers =
            [
                .. model.Layers.Select(layer => layer switch
                {
                    Conv2DSpec conv => conv with { KernelInitializer = Short(conv.KernelInitializer), BiasInitializer = Short(conv.BiasInitializer) },
                    DepthwiseConv2DSpec conv => conv with
                    {
                        DepthwiseInitializer = Short(conv.DepthwiseInitializer),
                        BiasInitializer = Short(conv.BiasInitializer),
                    },
                    SeparableConv2DSpec conv => conv with
                    {
                        DepthwiseInitializer = Short(conv.DepthwiseInitializer),
                        PointwiseInitializer = Short(conv.PointwiseInitializer),
                        BiasInitializer = Short(conv.BiasInitializer),
                    },
                    DenseSpec dense => dense with { KernelInitializer = Short(dense.KernelInitializer), BiasInitializer = Short(dense.BiasInitializer) },
                    BatchNormSpec norm => norm with { GammaInitializer = Short(norm.GammaInitializer), BetaInitializer = Short(norm.BetaInitializer) },
                    _ => layer,
                }),
            ],
        };

        static float? Unless(float? value, float common) => value == common ? null : value;
        static InitializerSpec Short(InitializerSpec spec) => spec with
        {
            MinValue = Unless(spec.MinValue, -0.05f),
            MaxValue = Unless(spec.MaxValue, 0.05f),
            Mean = Unless(spec.Mean, 0),
            StdDev = Unless(spec.StdDev, 0.05f),
        };
    }

    private static void AssertModelOrOneLine(Func<ModelSpec> parse)
    {
        try
        {
            Assert.True(parse().Infer().Classes >= 2);
        }
        catch (InvalidInputException error)
        {
            Assert.Contains(".json: ", error.Message, StringComparison.Ordinal);
            Assert.False(error.Message.AsSpan().ContainsAny("\r\n\u2028\u2029"), error.Message);
            Assert.True(error.Message.Length < 1_000 * Math.Clamp(error.Problems.Count, 1, 8), error.Message);
        }
    }
}
