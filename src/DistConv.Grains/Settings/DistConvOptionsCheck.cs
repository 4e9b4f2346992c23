using System.Net;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Training.Data.Stored;
using Microsoft.Extensions.Options;

namespace DistConv.Grains.Settings;

/// <summary>Checks a silo's settings when its host starts: every problem, one line each.</summary>
internal sealed class DistConvOptionsCheck : IValidateOptions<DistConvOptions>
{
    private const int MaxThreads = 1_024;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DistConvOptions options)
    {
        List<string> problems = [];
        if (string.IsNullOrWhiteSpace(options.StoreDirectory)) Add(nameof(options.StoreDirectory), "is empty: give the folder of the job store");
        if (options.DataDirectory is { } data && string.IsNullOrWhiteSpace(data)) Add(nameof(options.DataDirectory), "is empty: give a folder, or null");
        if (options.CacheDirectory is { } cache && string.IsNullOrWhiteSpace(cache)) Add(nameof(options.CacheDirectory), "is empty: give a folder, or null");
        if (options.DataMemoryBytes is < DataMemory.MinBytes)
            Add(nameof(options.DataMemoryBytes), $"is {options.DataMemoryBytes}: give at least {DataMemory.MinBytes:N0}, or null");
        if (options.Catalog is null) Add(nameof(options.Catalog), "is null: give the data sets that the silo can open");
        if (options.Threads is < 1 or > MaxThreads) Add(nameof(options.Threads), $"is {options.Threads}: give 1 to {MaxThreads:N0}");
        if (KernelProblem(options.Kernel) is { } problem) Add(nameof(options.Kernel), $"is '{options.Kernel}': {problem}");
        if (options.BulkPort is < 0 or > IPEndPoint.MaxPort)
            Add(nameof(options.BulkPort), $"is {options.BulkPort}: give 1 to {IPEndPoint.MaxPort:N0}, or 0 for any free port");
        if (options.AdvertisedBulkPort is < 1 or > IPEndPoint.MaxPort)
            Add(nameof(options.AdvertisedBulkPort), $"is {options.AdvertisedBulkPort}: give 1 to {IPEndPoint.MaxPort:N0}, or null");
        if (options.AdvertisedBulkAddress is { } all && (all.Equals(IPAddress.Any) || all.Equals(IPAddress.IPv6Any)))
            Add(nameof(options.AdvertisedBulkAddress), $"is '{all}': other silos cannot connect to it; give this machine's address, or null");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Add(string option, string what) => problems.Add($"{nameof(DistConvOptions)}.{option} {what}");
    }

    private static string? KernelProblem(string? kernel)
    {
        if (kernel is null) return null;
        try
        {
            KernelSets.Select(kernel);
            return null;
        }
        catch (InvalidInputException e)
        {
            return e.Message;
        }
    }
}
