using System.Numerics;
using System.Reflection;
using System.Text.Json;
using Tombola.Data;
using Tombola.Engine.Foreign;
using Tombola.Engine.Naming;
using Tombola.Training;

namespace Tombola.Presets;

/// <summary>Sets single fields of a preset by name, for <c>--set name=value</c>: fields of the preset itself, of its recipe and of its data.</summary>
internal static class PresetFields
{
    private static readonly string[] NotSettable = ["preset.name", "description", "fingerprint", "adaptive"];

    /// <summary>The field that is a number or a word, and the word.</summary>
    private const string Fraction = "fraction", Adaptive = "adaptive";

    /// <summary>Every field that can be set, with its value.</summary>
    public static IEnumerable<(string Name, object? Value)> Of(Preset preset) =>
        Targets(preset).SelectMany(target => Fields(target).Select(field => (field.Name, preset.Adaptive && field.Name == Fraction ? Adaptive : field.Property.GetValue(target))));

    /// <summary>The preset with one field changed.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="assignment">Such as <c>learningRate=0.001</c>; the name of the data set is <c>data</c>.</param>
    /// <exception cref="ArgumentException">Unknown field, or a value it cannot take.</exception>
    public static Preset Set(Preset preset, string assignment)
    {
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(assignment);
        var (name, text) = Split(assignment, "--set");
        if (string.Equals(name, Fraction, StringComparison.OrdinalIgnoreCase))
        {
            if (text == Adaptive) return preset with { Adaptive = true };
            if (Number<double>(text) is null) throw new SettingException($"The field {Fraction} cannot be '{Printable.Name(text)}'; it takes {Numbers.Expected<double>($"{Fraction}=")}, or the word {Adaptive}.");
            preset = preset with { Adaptive = false };
        }

        return Change<Preset>(preset, name, text)
            ?? (Change<Recipe>(preset.Recipe, name, text) is { } recipe ? preset with { Recipe = recipe } : null)
            ?? (Change<DatasetSpec>(preset.Data, name, text) is { } data ? preset with { Data = data } : null)
            ?? throw new SettingException($"There is no field '{name}'. {NearestName.Hint(name, Of(preset).Select(field => field.Name))}");
    }

    /// <summary>Every field of a recipe, with its value.</summary>
    public static IEnumerable<(string Name, object? Value)> Of(Recipe recipe) => Fields(recipe).Select(field => (field.Name, field.Property.GetValue(recipe)));

    /// <summary>Every field of a data set, with its value.</summary>
    public static IEnumerable<(string Name, object? Value)> Of(DatasetSpec data) => Fields(data).Select(field => (field.Name, field.Property.GetValue(data)));

    /// <summary>The recipe with one field changed, for <c>--retrain name=value</c>.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="assignment">Such as <c>learningRate=0.001</c>.</param>
    /// <exception cref="ArgumentException">Unknown field, or a value it cannot take.</exception>
    public static Recipe Set(Recipe recipe, string assignment)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        var (name, text) = Split(assignment, "--retrain");
        return Change(recipe, name, text) ?? throw new SettingException($"A recipe has no field '{name}'. {NearestName.Hint(name, Of(recipe).Select(field => field.Name))}");
    }

    private static (string Name, string Text) Split(string assignment, string option) => assignment.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? (assignment[..at].Trim(), assignment[(at + 1)..].Trim())
        : throw new SettingException($"'{assignment}' sets nothing. Write {option} name=value, for example {option} learningRate=0.001.");

    private static IEnumerable<object> Targets(Preset preset) => [preset, preset.Recipe, preset.Data];

    private static IEnumerable<(string Name, PropertyInfo Property)> Fields(object target) =>
        from property in target.GetType().GetProperties()
        where property.CanWrite && Type.GetTypeCode(ValueType(property)) != TypeCode.Object
        let own = JsonNamingPolicy.CamelCase.ConvertName(property.Name)
        let name = own == "name" ? (target is Preset ? "preset.name" : "data") : own
        where !NotSettable.Contains(name)
        select (name, property);

    private static T? Change<T>(T target, string name, string text)
        where T : class
    {
        var property = Fields(target).FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Property;
        if (property is null) return null;
        var type = ValueType(property);
        var value = Read(type, text)
            ?? throw new SettingException($"The field {name} cannot be '{Printable.Name(text)}'; it takes {Expected(type, $"{name}=")}.");

        // Records copy themselves through the method behind `with`.
        var copy = (T)typeof(T).GetMethod("<Clone>$")!.Invoke(target, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    private static Type ValueType(PropertyInfo property) => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    private static object? Read(Type type, string text) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => bool.TryParse(text, out var answer) ? answer : null,
        TypeCode.Double => Number<double>(text),
        TypeCode.Int32 => Number<int>(text),
        TypeCode.Int64 => Number<long>(text),
        TypeCode.UInt64 => Number<ulong>(text),
        // What the runtime could not decode arrives as this character.
        TypeCode.String => text.Contains('\uFFFD', StringComparison.Ordinal) ? null : text,
        _ => throw new InvalidOperationException($"No field of the type {type.Name} can be read."),
    };

    private static object? Number<T>(string text)
        where T : struct, INumber<T> => Numbers.TryParse<T>(text, out var number) ? number : null;

    private static string Expected(Type type, string setting) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => $"true or false, for example {setting}true",
        TypeCode.Double => Numbers.Expected<double>(setting),
        TypeCode.UInt64 => Numbers.Expected<ulong>(setting),
        TypeCode.String => "text in UTF-8",
        _ => Numbers.Expected<int>(setting),
    };
}
