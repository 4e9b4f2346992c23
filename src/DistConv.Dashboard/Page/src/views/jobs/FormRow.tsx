interface Props {
  name: string;
  label: string;
  hint: string;
  value: string;
  problems?: string[];
  choices?: { value: string; label: string }[];
  /** Suggestions for a text field, which accepts other values as well. */
  suggestions?: string[];
  onChange: (value: string) => void;
}

/** A field with its hint and its problems. */
export function FormRow({ name, label, hint, value, problems, choices, suggestions, onChange }: Props) {
  const id = `start-${name}`;
  const invalid = problems !== undefined && problems.length > 0;
  const shared = { id, name, 'aria-invalid': invalid, 'aria-describedby': `${id}-hint${invalid ? ` ${id}-problem` : ''}` };
  return (
    <div class={`form-row${invalid ? ' invalid' : ''}`}>
      <label for={id}>{label}</label>
      {choices ? (
        <select {...shared} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value} selected={choice.value === value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type="text"
          autoComplete="off"
          list={suggestions && `${id}-list`}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
      )}
      <small id={`${id}-hint`}>{hint}</small>
      {invalid && (
        <small id={`${id}-problem`} class="bad">
          {problems.join('. ')}
        </small>
      )}
    </div>
  );
}
