/** The field for what a person says with a command, with words that are often said, and what it lacks beside it. */
import { useRef } from 'preact/hooks';
import { Fault } from './dialog.tsx';

interface Noted {
  readonly label: string;
  readonly note: string;
  readonly fault: string | undefined;
  readonly suggestions: readonly string[];
  say(note: string): void;
}

export function NoteField({ label, note, fault, suggestions, say }: Noted) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      {suggestions.length > 0 && (
        <div class="chips">
          {suggestions.map((words) => (
            <button
              key={words}
              type="button"
              class={words === note ? 'chip chosen' : 'chip'}
              onClick={() => {
                say(words);
                field.current?.focus();
              }}
            >
              {words}
            </button>
          ))}
        </div>
      )}
      <label>
        {label}
        <input
          ref={field}
          name="note"
          value={note}
          maxLength={500}
          data-first
          aria-invalid={fault !== undefined}
          aria-describedby="note-fault"
          onInput={(event) => say(event.currentTarget.value)}
        />
      </label>
      <Fault id="note-fault" text={fault} />
    </>
  );
}
