// An Orleans host of your own that also trains: AddDistConv makes its silo one that computes, AddDistConvClient gives its services a client.
//   dotnet run --project samples/OrleansHost
using DistConv.Client;
using DistConv.Client.Hosting;
using DistConv.Grains.Hosting;
using DistConv.Training.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.UseOrleans(silo =>
{
    silo.UseLocalhostClustering(siloPort: 0, gatewayPort: 0);
    silo.AddDistConv();
});
builder.Services.AddDistConvClient();

using IHost host = builder.Build();
await host.StartAsync();
IDistConvClient client = host.Services.GetRequiredService<IDistConvClient>();
TrainingJob job = await client.SubmitAsync(new TrainingRequest
{
    Data = TrainingData.Named("digits"),
    Model = ModelSource.BuiltIn("lenet5"),
    Samples = 1_000,
    Epochs = 1,
});
await foreach (JobStatus status in job.WatchAsync()) Console.WriteLine($"{status.State} at step {status.Step} of {status.TotalSteps}");
TrainingResult result = await job.WaitAsync();
Console.WriteLine($"job {result.Job}: test accuracy {result.Epochs[^1].TestAccuracy:P1}, {result.WeightsDigest}");
await host.StopAsync();
