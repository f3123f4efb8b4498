using System.Globalization;
using Tombola.Engine.Networks;
using Tombola.Interchange;
using Tombola.Jobs;

namespace Tombola.Measuring;

/// <summary>The jobs of a level that OpenLTH trained.</summary>
/// <param name="Source">Its files.</param>
/// <param name="Mask">Reads the mask.</param>
/// <param name="Start">Reads the weights that training started from, under the mask.</param>
/// <param name="End">Reads the trained weights, under the mask: OpenLTH sets pruned ones to zero before it uses them, and not before it saves them.</param>
internal sealed record ImportedLevel(OpenLthLevel Source, ImportMaskJob Mask, ImportJob Start, Model End)
{
    public (int Replicate, int Level) Place => (Source.Replicate, Source.Level);

    public static ImportedLevel Of(OpenLthLevel level, string run, Network network, bool byOrder)
    {
        var (first, last) = (new ImportOrigin(run, level.Replicate, level.Level, level.StartStep), new ImportOrigin(run, level.Replicate, level.Level, level.EndStep));
        var mask = new ImportMaskJob { Model = network.Name, File = ForeignFile.At(level.Mask), ByOrder = byOrder, Origin = first };
        var title = string.Create(CultureInfo.InvariantCulture, $"replicate {level.Replicate}, level {level.Level}");
        return new ImportedLevel(level, mask, Read(level.Start, first), new Model(title, title, level.End, Read(level.End, last)));

        ImportJob Read(string file, ImportOrigin origin) => new() { Model = network.Name, File = ForeignFile.At(file), ByOrder = byOrder, Mask = mask, Origin = origin };
    }
}

/// <summary>A level of a run of OpenLTH, measured here.</summary>
/// <param name="Replicate">Number of the replicate, as the run counts.</param>
/// <param name="Level">Level of pruning; 0 is dense.</param>
/// <param name="Density">Fraction of the prunable weights that remain.</param>
/// <param name="StartStep">Step that training started from.</param>
/// <param name="LoggedAccuracy">Test accuracy that the run logged at the end; null if it did not.</param>
/// <param name="Accuracy">Test accuracy here.</param>
/// <param name="Loss">Test loss here, nats.</param>
/// <param name="Barrier">Error barrier on the straight line from the level before, as a fraction of examples; null if it was not walked.</param>
/// <param name="Mask">Key of the mask's entry.</param>
/// <param name="Start">Key of the entry of the weights at the start.</param>
/// <param name="End">Key of the entry of the trained weights.</param>
public sealed record MeasuredLevel(
    int Replicate, int Level, double Density, long StartStep, double? LoggedAccuracy, double Accuracy, double Loss, double? Barrier, string Mask, string Start, string End)
{
    internal static MeasuredLevel Of(ImportedLevel level, PruneResult mask, EvaluateResult test, PathResult? path) => new(
        level.Source.Replicate, level.Source.Level, mask.Density, level.Source.StartStep, level.Source.Last("test_accuracy"), Training.Accuracy.Of(test.Error), test.Loss, path?.Barrier.Height, level.Mask.Key, level.Start.Key, level.End.State.Key);
}
