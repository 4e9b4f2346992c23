using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DistConv.Client.Exports;

/// <summary>A value of a step with its type, which decides how many digits its text needs.</summary>
internal readonly struct StepValue
{
    private readonly Form _form;
    private readonly long _whole;
    private readonly double _number;

    private StepValue(Form form, long whole, double number) => (_form, _whole, _number) = (form, whole, number);

    private enum Form
    {
        Missing,
        Whole,
        Single,
        Double,
        Time,
    }

    /// <summary>Whether it was not measured.</summary>
    public bool IsMissing => _form == Form.Missing;

    /// <summary>A whole number.</summary>
    public static StepValue Whole(long value) => new(Form.Whole, value, 0);

    /// <summary>A number of single precision; null: not measured.</summary>
    public static StepValue Single(float? value) => value is { } known ? new(Form.Single, 0, known) : default;

    /// <summary>A number of double precision.</summary>
    public static StepValue Double(double value) => new(Form.Double, 0, value);

    /// <summary>A time; null: not known.</summary>
    public static StepValue Time(DateTimeOffset? value) => value is { } known ? new(Form.Time, known.UtcTicks, 0) : default;

    /// <summary>The value in single precision; NaN if it was not measured.</summary>
    public float ToSingle() => _form switch
    {
        Form.Missing => float.NaN,
        Form.Whole => _whole,
        Form.Single or Form.Double => (float)_number,
        Form.Time => throw new InvalidOperationException("a time is no number"),
        _ => throw Unknown(),
    };

    /// <summary>Appends it with as many digits as its bits need; nothing if it was not measured.</summary>
    public void AppendTo(StringBuilder text)
    {
        switch (_form)
        {
            case Form.Missing:
                break;
            case Form.Whole:
                text.Append(CultureInfo.InvariantCulture, $"{_whole}");
                break;
            case Form.Single:
                text.Append(CultureInfo.InvariantCulture, $"{(float)_number}");
                break;
            case Form.Double:
                text.Append(CultureInfo.InvariantCulture, $"{_number}");
                break;
            case Form.Time:
                text.Append(CultureInfo.InvariantCulture, $"{Utc:O}");
                break;
            default:
                throw Unknown();
        }
    }

    /// <summary>Writes it as a JSON value; a number that is not finite is a string.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        switch (_form)
        {
            case Form.Missing:
                json.WriteNullValue();
                break;
            case Form.Whole:
                json.WriteNumberValue(_whole);
                break;
            case Form.Time:
                json.WriteStringValue(Utc);
                break;
            case Form.Single or Form.Double when !double.IsFinite(_number):
                json.WriteStringValue(double.IsNaN(_number) ? "NaN"u8 : _number > 0 ? "Infinity"u8 : "-Infinity"u8);
                break;
            case Form.Single:
                json.WriteNumberValue((float)_number);
                break;
            case Form.Double:
                json.WriteNumberValue(_number);
                break;
            default:
                throw Unknown();
        }
    }

    private DateTime Utc => new(_whole, DateTimeKind.Utc);

    private InvalidOperationException Unknown() => new($"unknown form of a value {_form}");
}
