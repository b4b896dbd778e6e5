/**
 * What a person may do to the opened alert: acknowledge, verify, note, reset, let go, close with a cause. What exists and may
 * not be done now is not offered: in its place stands why not. Nothing is shown to roles that may not act; what the service
 * refuses is said in its words.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import { concerns } from '../../../src/api/shapes/alert.ts';
import type { Hindrance } from '../../../src/api/shapes/closing.ts';
import { acknowledge, command, heldBlind, hindrance, mayDo, onlyAcknowledging } from '../../live/acting.ts';
import { owesAnswer } from '../../live/alert-list.ts';
import type { SpokenCommand } from '../../live/desk.ts';
import { asking, dispatch, duty, screen } from '../../live/desk.ts';
import { alertWords } from '../../words/alerts.ts';
import { errorWords } from '../../words/errors.ts';
import { screenWords } from '../../words/screen.ts';
import { SHAPES } from '../alert/badge.tsx';
import { askedText, rolesText } from './close-dialog.tsx';
import './commands.css';
import { failureText } from './failure.ts';
import { commandWords } from './words.ts';

interface Busy {
  readonly alert: Alert;
  readonly busy: boolean;
}

export function Commands({ alert }: { alert: Alert }) {
  const { action } = screenWords.value;
  const failure = screen.value.failures.get(alert.id);
  const busy = screen.value.pending.has(alert.id);
  // What is closed is history: it is read, and nothing is done to it.
  if (alert.closedAt !== undefined) return null;
  if (!mayDo('acknowledge') || !concerns(alert, duty.value.scope)) return null;
  return (
    <div class="commands">
      {owesAnswer(alert, duty.value) && (
        <button type="button" class="primary" disabled={busy} onClick={() => acknowledge(alert)}>
          {action.acknowledge}
        </button>
      )}
      {onlyAcknowledging.value ? (
        <p class="not-now">{errorWords.value['unsaved-mode']}</p>
      ) : (
        <>
          <Said alert={alert} busy={busy} />
          <Closing alert={alert} busy={busy} />
          <NotNow alert={alert} />
        </>
      )}
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

/** What is done with words, or with one press, and ends nothing by itself. */
function Said({ alert, busy }: Busy) {
  const text = commandWords.value;
  const ask = (kind: SpokenCommand): void => {
    asking.value = { kind, alert };
  };
  return (
    <>
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
      {heldBlind(alert).length > 0 && hindrance('release', alert) === undefined && (
        <button type="button" disabled={busy} onClick={() => ask('release')}>
          {text.release}
        </button>
      )}
    </>
  );
}

function Closing({ alert, busy }: Busy) {
  const { close, closing } = commandWords.value;
  const asked = alert.closing;
  const hindered = hindrance('close', alert);
  return (
    <span class="closing">
      {asked !== undefined && <em class="asked">{askedText(asked)}</em>}
      {hindered === undefined && (
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

/** What one looks for here and may not do now: what it is, and why not. */
function NotNow({ alert }: { alert: Alert }) {
  const { release, close, notNow } = commandWords.value;
  const held = heldBlind(alert).length > 0;
  const why = { release: held ? hindrance('release', alert) : undefined, close: hindrance('close', alert) };
  return (
    <ul class="not-now">
      {why.release !== undefined && <li data-act="release">{notNow(release, whyNot(why.release, alert))}</li>}
      {why.close !== undefined && <li data-act="close">{notNow(close, whyNot(why.close, alert))}</li>}
    </ul>
  );
}

function whyNot({ code, roles, level }: Hindrance, { peakGrade }: Alert): string {
  const { needs, closing } = commandWords.value;
  const { dutyLevel, grade } = alertWords.value;
  if (code === 'same-person') return closing.waiting;
  if (code === 'second-person-required' && roles !== undefined) return needs.second(rolesText(roles));
  const because = `${SHAPES[peakGrade]}${grade[peakGrade]}`;
  if (roles !== undefined) return needs.role(rolesText(roles), because);
  return level === undefined ? errorWords.value[code] : needs.level(dutyLevel[level], because);
}
