/**
 * A dialog that asks for what a command still lacks. While it is open the focus stays in it; Escape leaves it; then the focus
 * is where it was, or, where that can act no more, on what the command was about. What is missing is said beside its field,
 * which gets the focus; nothing is sent then.
 */
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { asking } from '../../live/desk.ts';
import { screenWords } from '../../words/screen.ts';
import { useModal } from '../focus/modal.ts';

/** By the name of a field: what it lacks, in words. */
type Faults = Readonly<Record<string, string | undefined>>;

interface Asking {
  readonly name: string;
  readonly title: string;
  readonly submit: string;
  /** What is missing now, in the order of the fields. */
  readonly faults: Faults;
  readonly children: (shown: Faults) => ComponentChildren;
  send(): void;
}

export function AskingDialog({ name, title, submit, faults, children, send }: Asking) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [tried, setTried] = useState(false);
  const id = useId();
  const own = useRef(asking.peek());
  useModal(dialog);
  const leave = (): void => {
    if (asking.peek() === own.current) asking.value = undefined;
  };
  const submitted = (event: Event): void => {
    event.preventDefault();
    const missing = Object.keys(faults).find((field) => faults[field] !== undefined);
    if (missing === undefined) {
      send();
      leave();
      return;
    }
    setTried(true);
    dialog.current?.querySelector<HTMLElement>(`[name="${missing}"]`)?.focus();
  };
  return (
    <dialog ref={dialog} onClose={leave} aria-labelledby={id} class={`${name}-dialog`}>
      <form noValidate onSubmit={submitted}>
        <h2 id={id}>{title}</h2>
        {children(tried ? faults : {})}
        <p class="buttons">
          <button type="submit" class="primary">
            {submit}
          </button>
          <button type="button" onClick={leave}>
            {screenWords.value.action.cancel}
          </button>
        </p>
      </form>
    </dialog>
  );
}

/** What a field lacks, beside it and read out; the field names it by `id`. */
export function Fault({ id, text }: { id: string; text: string | undefined }) {
  return (
    <b id={id} class="fault" role="alert">
      {text}
    </b>
  );
}
