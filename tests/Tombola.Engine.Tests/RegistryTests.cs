using Tombola.Engine.Naming;

namespace Tombola.Engine.Tests;

public sealed class RegistryTests
{
    private readonly Registry<string> _fruit = new("There is no fruit", name => name, ["pear", "apple"]);

    [Fact]
    public void What_is_added_is_found_and_shown_last()
    {
        _fruit.Add("quince");
        Assert.Equal("quince", _fruit.Find("quince"));
        Assert.Equal(["pear", "apple", "quince"], _fruit.Names);
    }

    [Fact]
    public void Whoever_mistypes_a_name_is_told_the_nearest_and_all() =>
        Assert.Equal("There is no fruit 'aple'. Did you mean apple? There are: pear, apple.", Assert.Throws<SettingException>(() => _fruit.Find("aple")).Message);

    [Theory]
    [InlineData("pear")]
    [InlineData("")]
    public void A_name_that_is_taken_or_empty_is_refused_and_changes_nothing(string name)
    {
        Assert.Throws<SettingException>(() => _fruit.Add(name));
        Assert.Equal(["pear", "apple"], _fruit.All);
    }

    [Fact]
    public void Several_threads_may_add()
    {
        Parallel.For(0, 200, i => _fruit.Add($"fruit {i}"));
        Assert.Equal(202, _fruit.All.Distinct().Count());
    }
}
