/**
 * What a person may do to the opened alert: acknowledge, verify, reset, close with a cause. Nothing is shown to roles
 * that may not act; what the service refuses is said in its words.
 */
import { useState } from 'preact/hooks';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { CommandBody } from '../../../src/api/schemas/commands.ts';
import { concerns } from '../../../src/api/shapes/alert.ts';
import { CAUSES } from '../../../src/api/shapes/commands.ts';
import { acknowledge, command, dispatch, duty, mayDo, screen, words } from '../../live/desk.ts';
import { owesAnswer } from './alert-list.ts';

type Cause = NonNullable<CommandBody['cause']>;

export function Commands({ alert }: { alert: Alert }) {
  const { action, marks, failed, errors } = words.value;
  const pending = screen.value.pending.get(alert.id);
  const failure = screen.value.failures.get(alert.id);
  const busy = pending !== undefined;
  if (!mayDo('acknowledge') || !concerns(alert, duty.value.scope)) return null;
  return (
    <div class="commands">
      {owesAnswer(alert, duty.value) && (
        <button type="button" class="primary" disabled={busy} onClick={() => acknowledge(alert)}>
          {action.acknowledge}
        </button>
      )}
      {alert.handling === 'new' && mayDo('verify') && (
        <button type="button" disabled={busy} onClick={() => void command(alert, 'verify')}>
          {action.verify}
        </button>
      )}
      {alert.points.some(({ latched }) => latched) && mayDo('reset') && (
        <button type="button" disabled={busy} onClick={() => void command(alert, 'reset')}>
          {action.reset}
        </button>
      )}
      {mayDo('close') && <Closing alert={alert} busy={busy} />}
      {busy && <span class="pending">{marks.pending}</span>}
      {failure !== undefined && (
        <p class="trouble" role="alert">
          {failed[failure.kind]}：{errors[failure.code]}
          {failure.by !== undefined && `（${failure.by}）`}{' '}
          <button type="button" class="plain" onClick={() => dispatch({ type: 'failure-seen', id: alert.id })}>
            {action.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}

function Closing({ alert, busy }: { alert: Alert; busy: boolean }) {
  const { action, causes } = words.value;
  const [cause, setCause] = useState<Cause | ''>('');
  return (
    <span class="closing">
      <select
        aria-label={action.cause}
        value={cause}
        onChange={(event) => setCause(CAUSES.find((known) => known === event.currentTarget.value) ?? '')}
      >
        <option value="">{action.cause}…</option>
        {CAUSES.map((known) => (
          <option key={known} value={known}>
            {causes[known]}
          </option>
        ))}
      </select>
      <button
        type="button"
        disabled={busy || cause === ''}
        onClick={() => void command(alert, 'close', undefined, cause === '' ? undefined : cause)}
      >
        {action.close}
      </button>
    </span>
  );
}
