using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>The models that need no file: Keras's two mnist_cnn examples.</summary>
public static class BuiltInModels
{
    /// <summary>
    /// keras1-mnist-cnn (600,810 parameters: 32 filters in both convolutions, as in the Keras 1 example) and keras2-mnist-cnn (1,199,882: 64 filters in the second).
    /// Source: keras-team/keras, examples/mnist_cnn.py.
    /// </summary>
    public static IReadOnlyList<ModelSpec> All { get; } = [MnistCnn("keras1-mnist-cnn", 32), MnistCnn("keras2-mnist-cnn", 64)];

    /// <summary>A built-in model by its name.</summary>
    /// <param name="name">The name, exactly.</param>
    /// <returns>The model, or null if there is none of that name.</returns>
    public static ModelSpec? Find(string name) => All.FirstOrDefault(model => model.Name == name);

    private static ModelSpec MnistCnn(string name, int secondFilters) => new(
        name,
        new TensorShape(28, 28, 1),
        [
            Convolution("conv1", 32),
            Convolution("conv2", secondFilters),
            new MaxPool2DSpec("maxpool1", 2),
            new DropoutSpec("dropout1", 0.25),
            new FlattenSpec("flatten1"),
            new DenseSpec("dense1", 128, Activation.Relu, InitializerRules.DefaultKernel, InitializerRules.DefaultBias),
            new DropoutSpec("dropout2", 0.5),
            new DenseSpec("dense2", 10, Activation.Softmax, InitializerRules.DefaultKernel, InitializerRules.DefaultBias),
        ]);

    private static Conv2DSpec Convolution(string name, int filters) => new(
        name, filters, 3, 3, 1, 1, Padding.Valid, Activation.Relu, InitializerRules.DefaultKernel, InitializerRules.DefaultBias);
}
