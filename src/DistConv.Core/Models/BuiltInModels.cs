using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Models.BuiltIn;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>The models that need no file.</summary>
public static class BuiltInModels
{
    private static readonly (ModelSpec Model, string Description)[] Table =
    [
        (MnistCnn("keras1-mnist-cnn", 32), "Keras 1's mnist_cnn example: two convolutions of 32 filters, dropout, dense 128"),
        (MnistCnn("keras2-mnist-cnn", 64), "Keras 2's mnist_cnn example: convolutions of 32 and 64 filters, dropout, dense 128"),
        (MnistConvnet(), "Keras 3's mnist_convnet example: convolutions of 32 and 64 filters, each with pooling, dropout"),
        (MnistVgg(), "two pairs of 3 × 3 convolutions, each with pooling, as VGG has them: 32, 32, 64, 64 filters, dense 256"),
        (LeNet5(), "LeNet-5 as it is built today: relu and max pooling; convolutions of 6 and 16 filters, dense 120 and 84"),
        (Cifar10Cnn(), "Keras's cifar10_cnn example with padding everywhere: 32, 32, 64, 64 filters, dense 512"),
        (ResNet20.Model, "ResNet-20: three stages of three residual blocks, 16, 32, 64 filters, batch normalisation, 1 × 1 projections"),
        (MiniMobileNet.Model, "MobileNet for small pictures: seven depthwise separable blocks, 32 to 256 filters, batch normalisation, ReLU6"),
        (MiniInception.Model, "GoogLeNet for small pictures: four modules of 1 × 1, 3 × 3, 5 × 5 and pooling branches, 64 to 256 filters"),
        (PhotoCnn.Model, "for some hundred photographs: four 3 × 3 convolutions, 16 to 128 filters, batch normalisation, global pooling"),
    ];

    /// <summary>
    /// keras1-mnist-cnn (600,810 parameters: 32 filters in both convolutions, as in the Keras 1 example), keras2-mnist-cnn (1,199,882: 64 filters in the
    /// second), keras3-mnist-convnet (34,826), mnist-vgg (329,962), lenet5 (61,706), cifar10-cnn (2,168,362; the example's own has 1,250,858, as each block's
    /// second convolution has no padding). Source: keras-team/keras, examples/mnist_cnn.py and examples/cifar10_cnn.py; keras.io/examples/vision/mnist_convnet;
    /// LeCun et al. 1998; for the pairs of 3 × 3 convolutions Simonyan and Zisserman 2014 (arXiv:1409.1556). In files of their own: resnet20
    /// (272,474), mini-mobilenet (141,994), mini-inception (136,430), photo-cnn (98,970).
    /// </summary>
    public static IReadOnlyList<ModelSpec> All { get; } = [.. Table.Select(entry => entry.Model)];

    /// <summary>A built-in model by its name.</summary>
    /// <param name="name">The name, exactly.</param>
    /// <returns>The model, or null if there is none of that name.</returns>
    public static ModelSpec? Find(string name) => All.FirstOrDefault(model => model.Name == name);

    /// <summary>What a built-in model is.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>One line without a full stop, or null if there is none of that name.</returns>
    public static string? Describe(string name) => Table.FirstOrDefault(entry => entry.Model.Name == name).Description;

    /// <summary>
    /// A built-in model for other pictures or another number of classes: its first layer takes the shape, and its last one has a unit a class.
    /// </summary>
    /// <param name="model">A model of <see cref="All"/>.</param>
    /// <param name="input">Shape of one sample.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <returns>The model under its own name.</returns>
    /// <exception cref="InvalidInputException">The pictures are too small for its layers, and the line says what size would do; or there are too few
    /// classes.</exception>
    public static ModelSpec Fit(ModelSpec model, TensorShape input, int classes)
    {
        ArgumentNullException.ThrowIfNull(model);
        DenseSpec last = (DenseSpec)model.Layers[^1] with { Units = classes };
        ModelSpec fitted = model with { Input = input, Layers = [.. model.Layers.SkipLast(1), last] };
        if (ProblemOf(fitted) is not { } reason) return fitted;
        int size = int.Max(input.Height, input.Width);
        ModelSpec Square() => fitted with { Input = new TensorShape(size, size, input.Channels) };
        while (size < model.Input.Height && ProblemOf(Square()) is not null) size++;
        if (ProblemOf(Square()) is not null) throw new InvalidInputException(reason); // No size helps.
        throw new InvalidInputException($"model '{model.Name}' takes pictures of {size}x{size} or more, and these are {input}: {reason}");
    }

    private static string? ProblemOf(ModelSpec model)
    {
        try
        {
            model.Infer();
            return null;
        }
        catch (InvalidInputException reason)
        {
            return reason.Message;
        }
    }

    private static ModelSpec MnistCnn(string name, int secondFilters) => new(
        name,
        new TensorShape(28, 28, 1),
        [
            Convolution("conv1", 32),
            Convolution("conv2", secondFilters),
            new MaxPool2DSpec("maxpool1", 2),
            new DropoutSpec("dropout1", 0.25),
            new FlattenSpec("flatten1"),
            Dense("dense1", 128),
            new DropoutSpec("dropout2", 0.5),
            Classes("dense2"),
        ]);

    private static ModelSpec MnistConvnet() => new(
        "keras3-mnist-convnet",
        new TensorShape(28, 28, 1),
        [
            Convolution("conv1", 32),
            new MaxPool2DSpec("maxpool1", 2),
            Convolution("conv2", 64),
            new MaxPool2DSpec("maxpool2", 2),
            new FlattenSpec("flatten1"),
            new DropoutSpec("dropout1", 0.5),
            Classes("dense1"),
        ]);

    private static ModelSpec MnistVgg() => new(
        "mnist-vgg",
        new TensorShape(28, 28, 1),
        [
            Convolution("conv1", 32),
            Convolution("conv2", 32),
            new MaxPool2DSpec("maxpool1", 2),
            Convolution("conv3", 64),
            Convolution("conv4", 64),
            new MaxPool2DSpec("maxpool2", 2),
            new DropoutSpec("dropout1", 0.25),
            new FlattenSpec("flatten1"),
            Dense("dense1", 256),
            new DropoutSpec("dropout2", 0.5),
            Classes("dense2"),
        ]);

    private static ModelSpec LeNet5() => new(
        "lenet5",
        new TensorShape(28, 28, 1),
        [
            Convolution("conv1", 6, 5, Padding.Same),
            new MaxPool2DSpec("maxpool1", 2),
            Convolution("conv2", 16, 5),
            new MaxPool2DSpec("maxpool2", 2),
            new FlattenSpec("flatten1"),
            Dense("dense1", 120),
            Dense("dense2", 84),
            Classes("dense3"),
        ]);

    private static ModelSpec Cifar10Cnn() => new(
        "cifar10-cnn",
        new TensorShape(32, 32, 3),
        [
            Convolution("conv1", 32, 3, Padding.Same),
            Convolution("conv2", 32, 3, Padding.Same),
            new MaxPool2DSpec("maxpool1", 2),
            new DropoutSpec("dropout1", 0.25),
            Convolution("conv3", 64, 3, Padding.Same),
            Convolution("conv4", 64, 3, Padding.Same),
            new MaxPool2DSpec("maxpool2", 2),
            new DropoutSpec("dropout2", 0.25),
            new FlattenSpec("flatten1"),
            Dense("dense1", 512),
            new DropoutSpec("dropout3", 0.5),
            Classes("dense2"),
        ]);

    private static Conv2DSpec Convolution(string name, int filters, int kernel = 3, Padding padding = Padding.Valid) => new(
        name, filters, kernel, kernel, 1, 1, padding, Activation.Relu, InitializerRules.DefaultKernel, InitializerRules.DefaultBias);

    private static DenseSpec Dense(string name, int units) => new(name, units, Activation.Relu, InitializerRules.DefaultKernel, InitializerRules.DefaultBias);

    private static DenseSpec Classes(string name) => new(name, 10, Activation.Softmax, InitializerRules.DefaultKernel, InitializerRules.DefaultBias);
}
