using System.CommandLine;

return await new RootCommand("Faults on real processes, and proof that a cluster survives them.").Parse(args).InvokeAsync();
