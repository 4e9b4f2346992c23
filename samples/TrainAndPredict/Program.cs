// Trains on a folder of pictures (one folder for each class) in this process, and classifies a picture with the best snapshot:
//   dotnet run --project samples/TrainAndPredict -- FOLDER PICTURE [EPOCHS]
using DistConv.Client;
using DistConv.Core;
using DistConv.Silo.Embedded;
using DistConv.Training.Jobs;

int epochs = 5;
if (args is not ([_, _] or [_, _, _]) || (args.Length == 3 && !int.TryParse(args[2], out epochs)))
{
    Console.Error.WriteLine("usage: TrainAndPredict FOLDER PICTURE [EPOCHS], with EPOCHS a whole number");
    return 2;
}

(string folder, string file) = (args[0], args[1]);
if (!File.Exists(file))
{
    Console.Error.WriteLine($"there is no picture '{file}'");
    return 2;
}

try
{
    await using IDistConvClient client = await EmbeddedDistConv.StartAsync();
    TrainingJob job = await client.SubmitAsync(new TrainingRequest
    {
        Data = TrainingData.Pictures(folder),
        Model = ModelSource.BuiltIn("lenet5"),
        Epochs = epochs,
        GlobalBatch = 32,
    });
    TrainingResult result =
        await job.WaitAsync(new Progress<JobStatus>(status => Console.WriteLine($"step {status.Step} of {status.TotalSteps}: loss {status.Loss:F4}")));
    Console.WriteLine($"job {result.Job}: test accuracy {result.Epochs[^1].TestAccuracy:P1}, {result.WeightsDigest}");

    using TrainedModel model = await job.OpenModelAsync(); // The best snapshot.
    await using FileStream picture = File.OpenRead(file);
    Prediction answer = await model.PredictAsync(picture);
    Console.WriteLine($"{file}: {answer.Top.Name} ({answer.Top.Probability:P1})");
    return 0;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
