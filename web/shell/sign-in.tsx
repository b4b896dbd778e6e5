/**
 * Signing in: as the whole page for a stranger, as a dialog over a desk whose session has ended, which goes on showing.
 */
import { useRef, useState } from 'preact/hooks';
import { signIn, signingInAgain, speakOther, user } from '../live/desk.ts';
import { useModal } from '../parts/focus/modal.ts';
import type { Trouble } from '../service/api.ts';
import { errorWords } from '../words/errors.ts';
import { screenWords } from '../words/screen.ts';
import { shellWords } from './words.ts';

export function SignIn() {
  const { product, title, otherLanguage } = screenWords.value;
  return (
    <div class="sign-in">
      <h1>
        <b>{product}</b> {title}
      </h1>
      <SignInForm name="" />
      <button type="button" class="plain" onClick={speakOther}>
        {otherLanguage}
      </button>
    </div>
  );
}

export function SignInAgain() {
  const dialog = useRef<HTMLDialogElement>(null);
  useModal(dialog);
  const close = (): void => {
    signingInAgain.value = false;
  };
  return (
    <dialog ref={dialog} onClose={close} class="sign-in-again">
      <SignInForm name={user.value?.name ?? ''} />
      <button type="button" onClick={close}>
        {screenWords.value.action.cancel}
      </button>
    </dialog>
  );
}

function SignInForm({ name }: { name: string }) {
  const { signIn: text } = shellWords.value;
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    setBusy(true);
    setTrouble(undefined);
    const failed = await signIn(String(fields.get('user')), String(fields.get('password')));
    setBusy(false);
    setTrouble(failed);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h2>{text.title}</h2>
      <label>
        {text.user}
        <input name="user" defaultValue={name} autocomplete="username" required autofocus={name === ''} />
      </label>
      <label>
        {text.password}
        <input
          name="password"
          type="password"
          autocomplete="current-password"
          required
          data-first={name === '' ? undefined : true}
        />
      </label>
      {trouble !== undefined && (
        <p class="trouble" role="alert">
          {errorWords.value[trouble.code]}
          {trouble.retryAfterS !== undefined && ` · ${text.wait(trouble.retryAfterS)}`}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {busy ? text.busy : text.submit}
      </button>
    </form>
  );
}
