using Tombola.Engine.Naming;
using Tombola.Engine.Networks;
using Tombola.Jobs;
using Tombola.Landscape;
using Tombola.Tests.Data;
using Tombola.Tests.Training;
using Xunit;

namespace Tombola.Tests.Jobs;

public sealed class AdaptiveLevelJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Store Store(string name) => new(Path.Combine(_folder.FullPath, name));

    [Fact]
    public void It_takes_the_first_fraction_whose_error_and_midpoint_are_low_enough_as_jobs_of_their_own_say_too()
    {
        // Loose enough that not all fractions are refused, and tight enough that the largest is.
        var (store, search) = (Store("one"), Workshop.Search with { Fractions = [0.95, 0.8, 0.5, 0.2], Floor = 0.01, Tolerance = 0.03 });
        Workshop.Run(store, 2, search);
        var result = store.Result(search);
        Assert.Equal(result.Tries.Count * 10, result.Steps);
        Assert.Equal(store.Result(Workshop.Dense).Last.TestError, result.Error);
        Assert.Equal(search.Fractions.Take(result.Tries.Count), result.Tries.Select(one => one.Fraction));
        Assert.Equal(result.Fraction, result.Tries[^1].Fraction);
        foreach (var one in result.Tries)
        {
            var brief = Workshop.Dense with { Start = Workshop.Dense, Mask = Workshop.Prune with { Fraction = one.Fraction }, Noise = search.Noise, From = 90 };
            var path = Workshop.Walk with { First = Workshop.Dense, Second = brief, Points = 3 };
            Workshop.Run(store, 2, path);
            Assert.Equal(store.Result(brief).Last.TestError, one.Error);
            Assert.Equal(store.Result(path).Points[1].Error, one.MidpointError);
            var isLow = one.Error <= result.Error + 0.03 && one.MidpointError <= result.Error + 0.03;
            Assert.Equal(one == result.Tries[^1] && result.Connected, isLow);
        }
    }

    [Fact]
    public void Where_none_is_good_enough_the_smallest_is_taken_and_where_all_are_the_largest()
    {
        var store = Store("one");
        AdaptiveLevelJob[] searches = [Workshop.Search with { Tolerance = 1e-9, Fractions = [0.985, 0.98], Floor = 0 }, Workshop.Search with { Tolerance = 0.99 }];
        Workshop.Run(store, 2, searches);
        Assert.Equal((0.98, false, 2), (store.Result(searches[0]).Fraction, store.Result(searches[0]).Connected, store.Result(searches[0]).Tries.Count));
        Assert.Equal((0.9, true, 1), (store.Result(searches[1]).Fraction, store.Result(searches[1]).Connected, store.Result(searches[1]).Tries.Count));
    }

    [Fact]
    public void Pruning_takes_its_fraction_from_the_search()
    {
        var (store, search) = (Store("one"), Workshop.Search with { Tolerance = 0.99 });
        var prune = Workshop.Prune with { Fraction = 0, Search = search };
        Workshop.Run(store, 2, prune, Workshop.Prune with { Fraction = 0.9 });
        Assert.Equal(store.Result(Workshop.Prune with { Fraction = 0.9 }).Remaining, store.Result(prune).Remaining);
        Assert.Equal(File.ReadAllBytes(store.FileOf(Workshop.Prune with { Fraction = 0.9 }, PruneResult.FileName)), File.ReadAllBytes(store.FileOf(prune, PruneResult.FileName)));
        Assert.Contains(search, prune.Inputs);

        // What is pruned at once to the density of that mask has as many weights.
        var like = Workshop.Prune with { Fraction = 0, Strategy = "random", State = Workshop.Initialise, Like = prune };
        Workshop.Run(store, 2, like);
        Assert.Equal(store.Result(prune).Remaining, store.Result(like).Remaining);
    }

    [Fact]
    public void Nothing_is_pruned_below_the_floor_nor_what_is_exempt()
    {
        var full = Mask.Full(Toy.Space);
        Assert.Equal([0.9, 0.6, 0.2], (Workshop.Search with { Floor = 0.1 }).Candidates(full));
        Assert.Equal([0.5, 0.2], (Workshop.Search with { Floor = 0.5 }).Candidates(full));
        Assert.Equal([0.1], (Workshop.Search with { Floor = 0.9 }).Candidates(full).Select(fraction => Math.Round(fraction, 12)));
        Assert.Empty((Workshop.Search with { Floor = 1 }).Candidates(full));

        // The last layer of this network has 200 of its 15,880 weights.
        Assert.Equal([0.9], (Workshop.Search with { Floor = 0, Fractions = [0.999, 0.9] }).Candidates(full));
    }

    [Fact]
    public void At_the_floor_the_mask_stays()
    {
        var store = Store("one");
        var prune = Workshop.Prune with { Mask = Workshop.Prune, State = Workshop.Ticket, Fraction = 0 };
        var again = prune with { Search = Workshop.Search with { Pruning = prune, Floor = 0.9 } };
        Workshop.Run(store, 2, again);
        Assert.Equal(store.Result(Workshop.Prune).Remaining, store.Result(again).Remaining);
        Assert.Equal((0, false, 0, 0L), (store.Result(again.Search!).Fraction, store.Result(again.Search!).Connected, store.Result(again.Search!).Tries.Count, store.Result(again.Search!).Steps));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.55)]
    [InlineData(0.35)]
    public void A_search_that_is_stopped_goes_on_to_the_same_bytes(double fraction)
    {
        var search = Workshop.Search with { Tolerance = 1e-9, From = 40 };
        var (once, twice) = (Store("once"), Store("twice"));
        Workshop.Run(once, 1, search);
        Workshop.Run(twice, 1, Workshop.Dense);
        var folder = Path.Combine(twice.Path, "partial", search.Key);
        Directory.CreateDirectory(folder);
        using var stop = new CancellationTokenSource();
        using var team = new Engine.Memory.ThreadTeam(1);
        Assert.ThrowsAny<OperationCanceledException>(() => search.Run(Workshop.Until(fraction, stop, twice, folder, team)));
        Assert.True(fraction < 0.2 || File.Exists(Path.Combine(folder, CheckpointFile.FileName)));
        Workshop.Run(twice, 1, search);
        Assert.Equal(File.ReadAllBytes(once.FileOf(search, Tombola.Jobs.Store.ResultFile)), File.ReadAllBytes(twice.FileOf(search, Tombola.Jobs.Store.ResultFile)));
    }

    [Theory]
    [InlineData(0, 90, "The tolerance eps of a sublevel set is 0")]
    [InlineData(0.005, 100, "Brief retraining from step 100 to step 100 has no step")]
    public void What_cannot_be_searched_is_refused_in_a_sentence(double tolerance, long from, string sentence)
    {
        var failure = Assert.ThrowsAny<Exception>(() => Workshop.Run(Store("one"), 1, Workshop.Search with { Tolerance = tolerance, From = from }));
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.True(failure is JobsFailedException or SettingException);
    }

    [Fact]
    public void Whatever_changes_bits_changes_the_key()
    {
        var search = Workshop.Search;
        AdaptiveLevelJob[] variants =
        [
            search, search with { Pruning = search.Pruning with { Strategy = "random" } }, search with { Fractions = [0.9, 0.2] }, search with { Floor = 0.2 }, search with { Tolerance = 0.01 },
            search with { Noise = new(1, 2) }, search with { From = 80 }, search with { To = 99 }, search with { Kernels = "dense" }, search with { Recalibration = Recalibration.Default },
        ];
        Assert.Equal(variants.Length, variants.Select(variant => variant.Key).Distinct().Count());
        Assert.Equal(2, new[] { Workshop.Prune, Workshop.Prune with { Search = search } }.Select(job => job.Key).Distinct().Count());
        Assert.Equal([Workshop.Dense], search.Inputs);
    }
}
