using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client.Security;
using DistConv.Core;

namespace DistConv.Cli.Commands.Certs;

/// <summary><c>distconv certs show</c>: what is in a folder of certificates.</summary>
internal static class CertsShowCommand
{
    private static readonly string[] _files = [
        CertificateFiles.Silo, CertificateFiles.Client, CertificateFiles.SiloAuthority, CertificateFiles.ClientAuthority];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("show", "Show the certificates of a folder: for whom they are, and until when.", "distconv certs show silo-1");
        Argument<string> folder = CertsCommand.Folder("The folder.");
        Option<bool> json = CommonOptions.Json();
        command.Add(folder);
        command.Add(json);
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder), parsed.GetValue(json), context.Output));
        return command;
    }

    private static int Run(string folder, bool json, IConsoleOutput output)
    {
        TextTable table = new("FILE", "NAME", "FOR", "EXPIRES");
        JsonArray items = [];
        foreach (string file in _files.Where(file => File.Exists(Path.Combine(folder, file))))
        {
            using X509Certificate2 certificate = CertificateFiles.Read(folder, file, hasKey: false);
            string name = CertificateNames.Holder(certificate), use = string.Join(", ", CertificateNames.Of(certificate));
            table.Add(file, name, use.Length == 0 ? "signing" : use, CertsCommand.Day(certificate.NotAfter));
            items.Add(new JsonObject
            {
                ["file"] = file,
                ["name"] = name,
                ["for"] = JsonLine.Array(CertificateNames.Of(certificate), use => use),
                ["expires"] = certificate.NotAfter.ToUniversalTime().ToString("O"),
            });
        }

        if (items.Count == 0) throw new InvalidInputException($"'{folder}' has none of the files {string.Join(", ", _files)}");
        if (json) JsonLine.Write(output, new JsonObject { ["certificates"] = items });
        else output.Result(table);
        return ExitCodes.Done;
    }
}
