using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DistConv.Benchmarks.TorchSharp;
using DistConv.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

// Whole training steps of a model in libtorch, on noise: SGD with momentum 0.9, dropout active. Prints one line of JSON.
// MODEL BATCH THREADS SECONDS [forward]
if (args.Length is not (4 or 5))
{
    Console.Error.WriteLine("usage: MODEL BATCH THREADS SECONDS [forward]");
    return 2;
}

ModelPlan plan = ModelSpec.Load(args[0]).Infer();
int batch = int.Parse(args[1], CultureInfo.InvariantCulture), threads = int.Parse(args[2], CultureInfo.InvariantCulture);
double seconds = double.Parse(args[3], CultureInfo.InvariantCulture);
bool forwardOnly = args is [.., "forward"];
set_num_threads(threads);
random.manual_seed(1);
using var network = new TorchNetwork(plan);
using var optimizer = optim.SGD(network.parameters(), learningRate: 0.01, momentum: 0.9);
using var loss = nn.CrossEntropyLoss();
using Tensor images = rand(batch, plan.Model.Input.Channels, plan.Model.Input.Height, plan.Model.Input.Width);
using Tensor labels = randint(plan.Classes, batch, dtype: ScalarType.Int64);
network.train(!forwardOnly);

for (int i = 0; i < 5; i++) Step();
var steps = new List<double>();
long started = Stopwatch.GetTimestamp();
while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds || steps.Count < 10)
{
    long before = Stopwatch.GetTimestamp();
    Step();
    steps.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
}

steps.Sort();
double milliseconds = steps[steps.Count / 2];
Console.WriteLine(
    JsonSerializer.Serialize(new { model = plan.Model.Name, batch, threads, samplesPerSecond = batch * 1000 / milliseconds, stepMilliseconds = milliseconds }));
return 0;

void Step()
{
    using DisposeScope scope = NewDisposeScope();
    if (forwardOnly)
    {
        using (no_grad()) network.call(images);
        return;
    }

    optimizer.zero_grad();
    loss.call(network.call(images), labels).backward();
    optimizer.step();
}
