/**
 * What somebody may do to an alert that they see, act by act, and by what name it is refused: role, scope, session and duty
 * level. One answer for the service, which asks before a command is written, and for the screen, which shows it. Whether the
 * alert as it is now allows the act, the engine says.
 */
import type { Alert, DutyLevel } from '../../model/alert.ts';
import { closingLevel, mayClose, mayRelease, releaseLevel } from '../../model/closing.ts';
import type { CommandKind } from '../../model/command.ts';
import { COMMAND_KINDS } from '../../model/command.ts';
import { concerns } from './alert.ts';

export const ACT_REFUSALS = ['not-permitted', 'session-expired', 'level-too-low'] as const;

export interface Refused {
  readonly code: (typeof ACT_REFUSALS)[number];
  /** Of `level-too-low`: the lowest duty level that may. */
  readonly level?: DutyLevel;
}

/** Whoever wants to act, as a session tells it. */
export interface Acting {
  readonly role: string;
  readonly level: DutyLevel;
  readonly scope: Parameters<typeof concerns>[1];
  readonly may: { readonly command: readonly CommandKind[] };
  /** The session has expired: it may read and may not act. */
  readonly readOnly: boolean;
}

type Acted = Pick<Alert, 'division' | 'kind' | 'peakGrade'>;

/** Undefined where they may. */
export function whyNot(who: Acting, kind: CommandKind, alert: Acted): Refused | undefined {
  if (!who.may.command.includes(kind) || !concerns(alert, who.scope)) return { code: 'not-permitted' };
  if (who.readOnly) return { code: 'session-expired' };
  if (kind === 'close' && !mayClose(who, alert)) return { code: 'level-too-low', level: closingLevel(alert) };
  if (kind === 'release' && !mayRelease(who, alert)) return { code: 'level-too-low', level: releaseLevel(alert) };
  return undefined;
}

/** Every act there is. */
export function actsOn(who: Acting, alert: Acted): { readonly kind: CommandKind; readonly refused?: Refused }[] {
  return COMMAND_KINDS.map((kind) => ({ kind, refused: whyNot(who, kind, alert) }));
}
