#:project ../src/Tombola/Tombola.csproj
#:property PublishAot=false

// A winning ticket by hand: train, prune, rewind, train again, and walk the line between two copies.
using Tombola;
using Tombola.Jobs;
using Tombola.Studies;

var lab = Laboratory.Open(args.Length > 0 ? args[0] : null);
var setting = lab.Replicate("lenet-glyphs", new RequestArguments { Set = ["steps=300it", "subsample=3000"] });

var start = setting.Initialise;
var dense = lab.Train(setting, start);
Job<PruneResult>? mask = null;
var trained = dense;
for (var level = 1; level <= 5; level++)
{
    mask = lab.Prune(setting, trained, mask, fraction: 0.3);
    trained = lab.Train(setting, start, mask, noise: (ulong)level + 1);
    var (remaining, result) = (lab.Result(mask), lab.Result(trained));
    Console.WriteLine($"level {level}: {remaining.Density:P1} of the weights, test accuracy {1 - result.Last.TestError:P2} (dense {1 - lab.Result(dense).Last.TestError:P2})");
}

var copy = lab.Train(setting, start, mask, noise: 100);
var path = lab.Path(setting, trained, copy);
Console.WriteLine($"barrier between two copies of the last ticket: {path.Barrier.Height * 100:F2} points");
