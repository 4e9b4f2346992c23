// A web server that classifies uploaded pictures with the best snapshot of a job:
//   dotnet run --project samples/UploadAndPredict -- --store distconv-jobs --job JOB --urls http://127.0.0.1:5080
//   curl --data-binary @digit.png http://127.0.0.1:5080/predict
using DistConv.Client;
using DistConv.Client.Hosting;
using DistConv.Core;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string store = builder.Configuration["store"] ?? "distconv-jobs";
if (builder.Configuration["job"] is not { Length: > 0 } job)
{
    Console.Error.WriteLine("usage: UploadAndPredict --job JOB [--store DIR] [--urls URL]");
    return 2;
}

builder.Services.AddDistConvClient(options => options.StoreDirectory = store);
WebApplication app = builder.Build();

try
{
    using TrainedModel model = await app.Services.GetRequiredService<IDistConvClient>().GetJob(job).OpenModelAsync();
    app.MapGet("/", () => $"job {job}, step {model.Step}: POST a picture to /predict\n");
    app.MapPost("/predict", async (HttpRequest request, CancellationToken ct) =>
    {
        try
        {
            Prediction answer = await model.PredictAsync(request.Body, ct);
            return Results.Json(answer.Ranking.Take(3).Select(score => new { score.Class, score.Name, score.Probability }));
        }
        catch (InvalidInputException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    });
    await app.RunAsync();
    return 0;
}
catch (InvalidInputException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
