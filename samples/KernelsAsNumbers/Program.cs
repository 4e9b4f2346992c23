// Prints the kernels of a snapshot's first convolution as numbers:
//   dotnet run --project samples/KernelsAsNumbers -- distconv-jobs/JOB/snapshots/step-000000938-1.dcs
using DistConv.Client;
using DistConv.Core;

if (args is not [var file])
{
    Console.Error.WriteLine("usage: KernelsAsNumbers SNAPSHOT.dcs");
    return 2;
}

try
{
    using TrainedModel model = TrainedModel.Open(file);
    ModelTensor? kernel = model.Weights.FirstOrDefault(tensor => tensor.Shape.Count == 4);
    if (kernel is not { Shape: [var height, var width, var inputs, var outputs] })
    {
        Console.Error.WriteLine($"'{file}' has no convolution");
        return 2;
    }

    Console.WriteLine($"{kernel.Name}: {outputs} kernels of {height}×{width}×{inputs}, at step {model.Step}");
    for (int output = 0; output < outputs; output++)
    {
        for (int input = 0; input < inputs; input++)
        {
            Console.WriteLine($"kernel {output}, input channel {input}");
            for (int row = 0; row < height; row++)
            {
                // HWIO: the output channel changes fastest.
                IEnumerable<string> values = Enumerable.Range(0, width)
                    .Select(column => $"{kernel.Values.Span[(((((row * width) + column) * inputs) + input) * outputs) + output],8:F4}");
                Console.WriteLine(string.Join(' ', values));
            }
        }
    }

    return 0;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
