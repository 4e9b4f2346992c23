using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using DistConv.Core;

namespace DistConv.Filters.Explanations;

/// <summary>One argument of a call.</summary>
/// <param name="Name">Its keyword, or null for a positional one.</param>
/// <param name="Value">The value as JSON: a number, text, boolean, null, or an array for a tuple or list; a nested call is {"class_name": …, "config": {…}}, as
/// Keras writes objects.</param>
/// <param name="Column">Where it begins, from 1.</param>
public sealed record PythonArgument(string? Name, JsonNode? Value, int Column);

/// <summary>A call in Python's syntax: a name, and literals for arguments.</summary>
/// <param name="Name">What is called, without the modules before it.</param>
/// <param name="Arguments">In their order.</param>
public sealed record PythonCall(string Name, IReadOnlyList<PythonArgument> Arguments)
{
    /// <summary>Reads a call, also one inside <c>model.add(…)</c>.</summary>
    /// <param name="text">For example <c>Conv2D(32, (3, 3), padding="same")</c>.</param>
    /// <returns>The call.</returns>
    /// <exception cref="InvalidInputException">It is no call of literals; the line says at which column.</exception>
    public static PythonCall Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Reader(text).ReadAll();
    }

    private sealed class Reader(string text)
    {
        private const int MaxDepth = 8;
        private int _at;

        public PythonCall ReadAll()
        {
            PythonCall call = ReadCall(ReadName("a layer such as Conv2D(32, (3, 3))"), 0);
            if (Peek() == ',') _at++; // As copied out of a list of layers.
            if (Peek() != '\0') throw Wrong("nothing more after the call");
            return call;
        }

        private PythonCall ReadCall(string name, int depth)
        {
            if (depth > MaxDepth) throw Wrong("fewer calls inside each other");
            Expect('(', $"'(' after {name}");
            if (name == "add")
            {
                PythonCall inner = ReadCall(ReadName("a layer inside add(…)"), depth + 1);
                Expect(')', "')' at the end of add(…)");
                return inner;
            }

            List<PythonArgument> arguments = [];
            while (Peek() != ')')
            {
                arguments.Add(ReadArgument(arguments, depth));
                if (Peek() != ')') Expect(',', "',' or ')' after an argument");
            }

            _at++;
            return new PythonCall(name, arguments);
        }

        private PythonArgument ReadArgument(List<PythonArgument> before, int depth)
        {
            Peek();
            int start = _at;
            string? name = null;
            if (IsNameStart(Peek()))
            {
                string word = ReadName("an argument");
                if (Peek() == '=')
                {
                    _at++;
                    name = word;
                    if (before.Exists(argument => argument.Name == name)) throw new InvalidInputException(
                        $"{Where(start)}: the argument {name} is there twice");
                }
                else
                {
                    _at = start;
                }
            }

            if (name is null && before.Exists(argument => argument.Name is not null))
                throw new InvalidInputException($"{Where(start)}: an argument without a name stands after one with a name; Python wants it before");
            return new PythonArgument(name, ReadValue(depth), start + 1);
        }

        private JsonNode? ReadValue(int depth)
        {
            if (depth > MaxDepth) throw Wrong("fewer values inside each other");
            char next = Peek();
            return next switch
            {
                '\'' or '"' => ReadText(next),
                '(' => ReadItems(')', depth),
                '[' => ReadItems(']', depth),
                '-' or '+' or '.' or (>= '0' and <= '9') => ReadNumber(),
                _ when IsNameStart(next) => ReadWord(depth),
                _ => throw Wrong("a value: a number, a 'text', True, False, None or a tuple such as (3, 3)"),
            };
        }

        private JsonObject? ReadObject(string name, int depth)
        {
            PythonCall call = ReadCall(name, depth + 1);
            if (call.Arguments.FirstOrDefault(argument => argument.Name is null) is { } positional)
                throw new InvalidInputException($"{Where(positional.Column - 1)}: name the arguments of {call.Name}: {call.Name}(name=value)");
            JsonObject config = [];
            foreach (PythonArgument argument in call.Arguments) config[argument.Name!] = argument.Value;
            return new JsonObject { ["class_name"] = call.Name, ["config"] = config };
        }

        private JsonNode? ReadWord(int depth)
        {
            int start = _at;
            string word = ReadName("a value");
            if (Peek() == '(') return ReadObject(word, depth);
            return word switch
            {
                "True" => JsonValue.Create(true),
                "False" => JsonValue.Create(false),
                "None" => null,
                _ => throw new InvalidInputException(
                    $"{Where(start)}: '{word}' is a variable, and only its value is understood here; write a text in quotes ('{word}') or a number"),
            };
        }

        private JsonArray ReadItems(char end, int depth)
        {
            char begin = text[_at++];
            JsonArray items = [];
            while (Peek() != end)
            {
                items.Add(ReadValue(depth + 1));
                if (Peek() != end) Expect(',', $"',' or '{end}' after a value of '{begin}…{end}'");
            }

            _at++;
            return items;
        }

        private JsonValue ReadNumber()
        {
            int start = _at++;
            while (_at < text.Length
                && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '.' or '_' || (text[_at] is '+' or '-' && text[_at - 1] is 'e' or 'E'))) _at++;
            string digits = text[start.._at].Replace("_", "", StringComparison.Ordinal);
            if (int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole)) return JsonValue.Create(whole);
            if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && double.IsFinite(number)) return JsonValue.Create(number);
            throw new InvalidInputException($"{Where(start)}: '{text[start.._at]}' is no number");
        }

        private JsonValue ReadText(char quote)
        {
            int start = _at++;
            StringBuilder value = new();
            for (; _at < text.Length; _at++)
            {
                if (text[_at] == quote)
                {
                    _at++;
                    return JsonValue.Create(value.ToString());
                }

                value.Append(text[_at]);
            }

            throw new InvalidInputException($"{Where(start)}: the text that begins here has no closing {quote}");
        }

        /// <summary>A name; of "keras.layers.Conv2D" the last part.</summary>
        private string ReadName(string expected)
        {
            while (true)
            {
                if (!IsNameStart(Peek())) throw Wrong(expected);
                int start = _at;
                while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
                if (Peek() != '.') return text[start.._at];
                _at++;
            }
        }

        private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';

        /// <summary>The next character that is no space; '\0' at the end.</summary>
        private char Peek()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
            return _at < text.Length ? text[_at] : '\0';
        }

        private void Expect(char c, string what)
        {
            if (Peek() != c) throw Wrong(what);
            _at++;
        }

        private InvalidInputException Wrong(string expected) =>
            new(Peek() == '\0' ? $"the layer ends too early: expected {expected}" : $"{Where(_at)}: expected {expected}, found '{Show(text[_at])}'");

        private static string Show(char c) => char.IsControl(c) || char.IsSurrogate(c) ? "?" : c.ToString();

        private static string Where(int at) => $"the layer, column {at + 1}";
    }
}
