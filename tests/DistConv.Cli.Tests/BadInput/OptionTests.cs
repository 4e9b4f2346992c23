using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.BadInput;

public sealed class OptionTests : BadInputTest
{
    public static TheoryData<string, string> Lines => new()
    {
        { "trian", "unknown command 'trian'; did you mean 'train'?" },
        { "train --bacth 64", "unknown option '--bacth'; did you mean '--batch'?" },
        { "train --xyzzy", "unknown option '--xyzzy'" },
        { "train digits", "unexpected argument 'digits'" },
        { "completion bsh", "did you mean 'bash'?" },
        { "jobs wach j", "did you mean 'watch'?" },
        { "train --batch", "--batch" },
        { "train --batch 64 --batch 32", "--batch" },
        { "train --batch 1,2", "--batch is '1,2'" },
        { "train --batch many", "--batch is 'many'; give a whole number from 1 to 1000000" },
        { "train --epochs 0", "--epochs is '0'; give a whole number from 1 to" },
        { "train --threads 100000", "--threads is '100000'; give a whole number from 1 to 1024" },
        { "train --samples -5", "--samples is '-5'" },
        { "train --seed -1", "--seed is '-1'; give a whole number of at least 0" },
        { "train --learning-rate nan", "--learning-rate is 'nan'; give a number above 0" },
        { "train --optimizer sgd --momentum 1", "--momentum is '1'; give a number from 0 to less than 1" },
        { "train --epochs 1 --steps 5", "--epochs and --steps exclude each other" },
        { "train --steps 5 --stop-at 6", "--stop-at is 6, but the job has 5 steps" },
        { "train --optimizer adan", "did you mean 'adam'?" },
        { "train --momentum 0.9", "--momentum belongs to --optimizer sgd" },
        { "train --optimizer sgd --nesterov", "--nesterov needs a --momentum above 0" },
        { "train --weight-decay 0.1", "--weight-decay belongs to --optimizer adamw (decoupled) or sgd (L2); adam has no such setting" },
        { "train --optimizer adamw --weight-decay -1", "--weight-decay is '-1'; give a number of at least 0" },
        { "train --schedule cosin", "--schedule is 'cosin', which is unknown; choose one of: constant, step, cosine, exponential, " },
        { "train --schedule step:2", "--schedule is 'step:2'; give one of: constant, step:EPOCHS:FACTOR, cosine" },
        { "train --schedule cosine:x", "--schedule is 'cosine:x'; give one of: " },
        { "train --schedule step:0:0.5", "the number of epochs in --schedule is 0; give 1 to 1000000" },
        { "train --schedule exponential:1.5", "the factor in --schedule is 1.5; give a number above 0, at most 1" },
        { "train --schedule one-cycle:1", "the peak's place in --schedule is 1; give a number above 0, below 1" },
        { "train --schedule one-cycle:0.3:0", "the first fraction in --schedule is 0; give a number above 0, at most 1" },
        { "train --schedule one-cycle:0.3:0.1:0.1:0.1", "--schedule is 'one-cycle:0.3:0.1:0.1:0.1'; give one of: " },
        { "train --schedule one-cycle --warmup 5", "--warmup is 5, but the schedule one-cycle begins with a rise of its own; leave it out" },
        { "train --schedule restarts", "--schedule is 'restarts'; give one of: " },
        { "train --schedule restarts:2:1.5", "--schedule is 'restarts:2:1.5'; give one of: " },
        { "train --schedule restarts:0", "the number of epochs in --schedule is 0; give 1 to 1000000" },
        { "train --schedule restarts:2:101", "the growth in --schedule is 101; give 1 to 100" },
        { "train --schedule plateau", "--schedule is 'plateau'; give one of: " },
        { "train --schedule plateau:0", "the number of epochs in --schedule is 0; give 1 to 1000000" },
        { "train --schedule plateau:2:1", "the factor in --schedule is 1, which reduces nothing; give a number above 0, below 1" },
        { "train --schedule plateau:2:0.5:2", "the last fraction in --schedule is 2; give a number from 0 to 1" },
        { "train --schedule cosine:2", "the last fraction in --schedule is 2; give a number from 0 to 1" },
        { "train --warmup -1", "--warmup is '-1'; give a whole number from 0 to" },
        { "train --steps 20 --warmup 20", "--warmup is 20, but the job has 20 steps; give 0 to 19" },
        { "train --best-by acuracy", "--best-by is 'acuracy', which is unknown; choose one of: loss, accuracy, auc, mae; did you mean 'accuracy'?" },
        { "train --best-by mae --steps 1", "--best-by is 'mae', which this job does not have; choose one of: loss, accuracy" },
        { "train --keep-best 0", "--keep-best is '0'; give a whole number from 1 to 1000" },
        { "train --clip-norm 0", "--clip-norm is '0'; give a number above 0" },
        { "train --validation-split 1", "--validation-split is '1'; give a number between 0 and 1" },
        { "train --samples 20 --validation-split 0.99", "--validation-split is 0.99: of 20 samples that leaves 0 for training and 20 for validation" },
        { "train --samples 20 --validation-split 1e-20", "that leaves 20 for training and 0 for validation" },
        { "train --early-stop 0", "--early-stop is '0'; give a whole number from 1 to" },
        { "train --recipe keras-mnist", "unknown recipe 'keras-mnist'; choose one of: keras-mnist-cnn, fast-mnist" },
        { "train --recipe fast-minst", "did you mean 'fast-mnist'?" },
        { "train --telemetry jaeger", "--telemetry is 'jaeger', and 'jaeger' is no exporter; choose console, or otlp, as in otlp, otlp:http or otlp=http://" },
        { "train --telemetry otlp=localhost:4317", "--telemetry: 'localhost:4317' is no address of a collector; give one such as http://localhost:4317" },
        { "train --telemetry prometheus", "--telemetry: 'prometheus' needs the health port of 'distconv serve'; choose console, or otlp" },
        { "train --telemetry jaeger,prometheus", "or otlp=http://localhost:4317; --telemetry: 'prometheus' needs the health port" },
        { "serve --cluster redis://127.0.0.1 --telemetry statsd", "'statsd' is no exporter; choose console, prometheus, or otlp" },
        { "serve --cluster redis://127.0.0.1 --telemetry prometheus --health none", "give --health an address and a port instead of none" },
        { "train --local --telemetry console", "leave --local out" },
        { "train --silos 0", "--silos is '0'; give a whole number from 1 to 64" },
        { "train --silos 9", "--silos is 9, but the job has 8 shards" },
        { "train --silos 2 --local", "--silos needs grains; leave --local out" },
        { "train --job Nice_Name", "--job is 'Nice_Name', which is not a job id" },
        { "train --job=-x", "--job is '-x', which is not a job id" },
        { "train --model keras3-mnist-cnn", "keras3-mnist-cnn" },
        { "train --data mnits", "unknown data set 'mnits'" },
        { "train --data mnist", "--data-dir DIR" },
        { "train --data idx:nowhere", "nowhere" },
        { "train --samples 60001", "--samples is 60001, but data set 'digits' has 60000" },
        { "train --samples 4", "--shards is 8, but there are only 4" },
        { "train --batch 7 --shards 8", "--batch is 7, but each of the 8 shards takes at least one sample of a batch" },
        { "train --detach", "--detach needs a cluster that trains while nobody watches: start 'distconv serve'" },
        { "train --cluster-id blue", "--cluster-id needs --cluster redis://HOST:PORT (or DISTCONV_CLUSTER)" },
        { "train --cluster localhost", "--cluster is 'localhost': give redis://HOST:PORT" },
        { "train --cluster redis://localhost --cluster-id a/b", "--cluster-id is 'a/b'; give 1 to 64 letters" },
        { "train --cluster redis://localhost --local", "--cluster and --local exclude each other" },
        { "train --cluster redis://localhost --threads 2", "--threads has no effect with --cluster" },
        { "jobs list --cluster redis://localhost --store here", "--cluster and --store exclude each other" },
        { "jobs resume nothing --cluster redis://localhost --silos 2", "--cluster and --silos exclude each other" },
        { "jobs pause nothing", "there is no store 'distconv-jobs'" },
        { "jobs cancel nothing", "there is no store 'distconv-jobs'" },
        { "jobs", "'distconv jobs' needs one of: list, show, watch, pause, cancel, resume" },
        { "jobs show", "JOB" },
        { "jobs show nothing", "there is no store 'distconv-jobs'" },
        { "jobs watch nothing", "there is no store 'distconv-jobs'" },
        { "jobs resume nothing", "there is no store 'distconv-jobs'" },
        { "evaluate nothing", "there is no store 'distconv-jobs'" },
        { "evaluate nothing.dcs", "snapshot 'nothing.dcs' does not exist" },
        { "snapshot verify no/where.dcs", "does not exist" },
        { "data show cifar", "unknown data set 'cifar'" },
        { "bench step --model nope", "nope" },
        { "bench step --batch 0", "--batch is '0'; give a whole number from 1 to 1000000" },
        { "bench step --seconds 0.5", "--seconds is '0.5'; give a number from 1 to 3600" },
        { "bench step --forward-only --optimizer sgd", "--optimizer belongs to a training step; leave it out with --forward-only" },
        { "bench step --forward-only --momentum 0.9", "--momentum belongs to --optimizer sgd" },
        { "bench step --forward", "unknown option '--forward'; did you mean '--forward-only'?" },
        { "bench kernels --model nope", "nope" },
        { "bench exchange --model nope", "nope" },
        { "bench exchange --silos 1", "--silos is '1'; give a whole number from 2 to 64" },
        { "bench exchange --silos 3 --shards 2", "--silos is 3, but the job has 2 shards" },
        { "bench exchange --silos 3 --batch 5", "6 shards need a sample each, but --batch is 5; give --batch 6 or more, or fewer --silos or --shards" },
        { "bench kernels --seconds 0", "--seconds is '0'; give a number from 0.001 to 60" },
        { "bench kernels --batch 8", "unknown option '--batch'" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public Task Run_wrongOption_oneLineAndExitCode2(string commandLine, string expected) => RefusesAsync([expected], commandLine.Split(' '));

    [Fact]
    public Task Train_unknownKernelSet_listsTheChoices() =>
        RefusesAsync(["kernel set 'sse9'", "scalar"], ["train"], new Dictionary<string, string> { ["DISTCONV_KERNEL"] = "sse9" });

    [Fact]
    public async Task Train_storeBelowAFile_cannotBeWritten()
    {
        string file = Folder.Write("file", "not a folder");
        await RefusesAsync(["cannot be written", "--store"], ["train", "--store", Path.Combine(file, "jobs")]);
    }

    [Fact]
    public async Task Train_outBelowAFile_cannotBeWrittenAndMakesNoJob()
    {
        string file = Folder.Write("file", "not a folder");
        await RefusesAsync(["--out", "cannot be written"], ["train", "--out", Path.Combine(file, "results")]);
    }

    [Fact]
    public async Task JobsShow_unknownJob_namesTheNearest()
    {
        TinyData.WriteIdx(Folder["data"]);
        Folder.Write("tiny.json", TinyData.Model);
        ProcessResult trained = await DistConvProcess.RunAsync(
            Folder.FullPath, "train", "--data", "idx:data", "--model", "tiny.json", "--steps", "1", "--local", "--job", "first-try", "--quiet");
        Assert.True(trained.ExitCode == 0, trained.ToString());
        await RefusesAsync(["job 'first-tyr' is not in the store", "did you mean 'first-try'?"], ["jobs", "show", "first-tyr"]);
        await RefusesAsync(
            ["job 'first-try' exists with another specification", "seed is 1 there and 2 here"],
            ["train", "--data", "idx:data", "--model", "tiny.json", "--steps", "1", "--local", "--job", "first-try", "--seed", "2"]);
        await RefusesAsync(["--stop-at is 2, but the job has 1 steps"], ["jobs", "resume", "first-try", "--stop-at", "2"]);
    }
}
