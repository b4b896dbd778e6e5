/**
 * Full-width bars for what makes the whole screen doubtful: link lost, data behind, nothing saved, signed out. Each says
 * what it means for the person in front of it.
 */
import { fresh, readOnly, screen, signingInAgain } from '../live/desk.ts';
import { seconds } from '../parts/format.ts';
import { errorWords } from '../words/errors.ts';
import { shellWords } from './words.ts';

/** Only these are mended by signing in. */
const ENDED: ReadonlySet<string> = new Set(['not-signed-in', 'session-expired', 'signed-out']);

export function StatusBars() {
  const { beat, refused, disagreements } = screen.value;
  const { link, health, readOnly: readOnlyWords } = shellWords.value;
  const state = fresh.value;
  // The last word of a service that is not heard any more is of the past.
  const isGone = refused === 'stopping' && state.kind === 'lost';
  return (
    <div class="bars" role="alert">
      {beat?.health.unsaved === true && <p class="bar unsaved">{health.unsaved}</p>}
      {state.kind === 'lost' && <p class="bar lost">{link.lostBar(seconds(state.silentMs))}</p>}
      {state.kind === 'behind' && <p class="bar lost">{link.behindBar(seconds(state.lagMs))}</p>}
      {refused !== undefined && (
        <p class="bar refused">
          {link.refused(isGone ? link.stopped : errorWords.value[refused])} {ENDED.has(refused) && <SignInButton />}
        </p>
      )}
      {refused === undefined && readOnly.value && (
        <p class="bar refused">
          {readOnlyWords} <SignInButton />
        </p>
      )}
      {disagreements > 0 && screen.value.sync === 'settled' && <p class="bar refused">{link.disagreement}</p>}
    </div>
  );
}

function SignInButton() {
  return (
    <button
      type="button"
      onClick={() => {
        signingInAgain.value = true;
      }}
    >
      {shellWords.value.signIn.again}
    </button>
  );
}
