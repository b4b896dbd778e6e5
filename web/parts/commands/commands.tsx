/**
 * What a person may do to the opened alert: acknowledge, verify, note, reset, let go, close with a cause. Nothing is shown to roles
 * that may not act; what the service refuses is said in its words.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { concerns } from '../../../src/api/shapes/alert.ts';
import { acknowledge, command, heldBlind, mayCloseGrade, mayDo, mayRelease } from '../../live/acting.ts';
import { owesAnswer } from '../../live/alert-list.ts';
import type { SpokenCommand } from '../../live/desk.ts';
import { asking, dispatch, duty, screen, user } from '../../live/desk.ts';
import { alertWords } from '../../words/alerts.ts';
import { screenWords } from '../../words/screen.ts';
import { askedText } from './close-dialog.tsx';
import './commands.css';
import { failureText } from './failure.ts';
import { commandWords } from './words.ts';

export function Commands({ alert }: { alert: Alert }) {
  const { action } = screenWords.value;
  const text = commandWords.value;
  const pending = screen.value.pending.get(alert.id);
  const failure = screen.value.failures.get(alert.id);
  const busy = pending !== undefined;
  // What is closed is history: it is read, and nothing is done to it.
  if (alert.closedAt !== undefined) return null;
  if (!mayDo('acknowledge') || !concerns(alert, duty.value.scope)) return null;
  const ask = (kind: SpokenCommand): void => {
    asking.value = { kind, alert };
  };
  return (
    <div class="commands">
      {owesAnswer(alert, duty.value) && (
        <button type="button" class="primary" disabled={busy} onClick={() => acknowledge(alert)}>
          {action.acknowledge}
        </button>
      )}
      {alert.handling === 'new' && mayDo('verify') && (
        <button type="button" disabled={busy} onClick={() => ask('verify')}>
          {text.verify}
        </button>
      )}
      {mayDo('comment') && (
        <button type="button" disabled={busy} onClick={() => ask('comment')}>
          {text.comment}
        </button>
      )}
      {alert.points.some(({ latched }) => latched) && mayDo('reset') && (
        <button type="button" disabled={busy} onClick={() => void command(alert, 'reset')}>
          {text.reset}
        </button>
      )}
      {heldBlind(alert).length > 0 && mayRelease(alert) && (
        <button type="button" disabled={busy} onClick={() => ask('release')}>
          {text.release}
        </button>
      )}
      {mayCloseGrade(alert.peakGrade) && <Closing alert={alert} busy={busy} />}
      {busy && <span class="pending">{alertWords.value.marks.pending}</span>}
      {failure !== undefined && (
        <p class="trouble" role="alert">
          {failureText(failure)}{' '}
          <button type="button" class="plain" onClick={() => dispatch({ type: 'failure-seen', id: alert.id })}>
            {action.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}

function Closing({ alert, busy }: { alert: Alert; busy: boolean }) {
  const { close, closing } = commandWords.value;
  const asked = alert.closing;
  const own = asked?.by === user.value?.name;
  return (
    <span class="closing">
      {asked !== undefined && <em class="asked">{askedText(asked)}</em>}
      {asked !== undefined && own ? (
        <span>{closing.waiting}</span>
      ) : (
        <button
          type="button"
          disabled={busy}
          onClick={() => {
            asking.value = { kind: 'close', alert };
          }}
        >
          {asked === undefined ? close : closing.confirm}
        </button>
      )}
    </span>
  );
}
