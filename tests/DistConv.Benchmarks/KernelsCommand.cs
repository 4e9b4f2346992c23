using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistConv.Core.Kernels;

namespace DistConv.Benchmarks;

/// <summary>
/// <c>kernels</c>: each product by each kernel set of this processor, one table. Each set runs in a process of its own from which the wider registers are
/// really taken: with them the compiler would spill to registers that a narrower processor does not have.
/// </summary>
internal static class KernelsCommand
{
    /// <summary>The vector sets. EnableAVX2=0 would take the fused multiply-add from vector128 too, so that is told apart by name.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> _environments = new()
    {
        ["avx512"] = [],
        ["avx2"] = new() { ["DOTNET_EnableAVX512"] = "0" },
        ["vector128"] = new() { ["DOTNET_EnableAVX512"] = "0" },
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> model = new("--model") { Description = "Only the layers of this model." };
        Option<double> seconds = new("--seconds") { Description = "Length of a measurement.", DefaultValueFactory = _ => 0.1 };
        Command command = new("kernels", "Compare the kernel sets of this processor product by product, on one thread.") { model, seconds };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(model), parsed.GetValue(seconds)));
        return command;
    }

    private static async Task<int> RunAsync(string? model, double seconds)
    {
        string[] sets = [.. _environments.Keys.Where(name => KernelSets.Supported.Any(set => set.Name == name))];
        string[] args = ["--json", "--seconds", seconds.ToString(CultureInfo.InvariantCulture), .. model is null ? (string[])[] : ["--model", model]];
        List<IReadOnlyList<JsonElement>> results = [];
        foreach (string set in sets)
        {
            Dictionary<string, string> environment = new(_environments[set]) { [KernelSets.EnvironmentVariable] = set };
            results.Add(await Contender.DistConv(["bench", "kernels"], environment).RunAsync(args));
        }

        Console.WriteLine($"| shape | product |{string.Concat(sets.Select(set => $" {set}, GFLOP/s | of bound |"))}");
        Console.WriteLine($"|---|---|{string.Concat(sets.Select(_ => "---|---|"))}");
        for (int i = 0; i < results[0].Count; i++)
        {
            JsonElement product = results[0][i];
            Console.WriteLine($"| {Text(product, "shape")} | {Text(product, "product")} |{string.Concat(results.Select(result => Cells(result[i])))}");
        }

        return 0;
    }

    private static string Cells(JsonElement speed) =>
        $" {speed.GetProperty("gflops").GetDouble():F1} | {100 * speed.GetProperty("boundFraction").GetDouble():F0} % |";

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
