/**
 * Every error the API can answer, in one table: stable code → HTTP status and title. Codes are never renamed; a program
 * may depend on them, a person reads `detail`.
 */

export const ERROR_CODES = {
  'invalid-request': { status: 400, title: 'The request does not have the expected form' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'wrong-credentials': { status: 401, title: 'User name or password is wrong' },
  'session-expired': { status: 401, title: 'The session has expired: it may still read, not act' },
  'not-permitted': { status: 403, title: 'The role may not do this' },
  'wrong-origin': { status: 403, title: 'The request comes from a page of another site' },
  'level-too-low': { status: 403, title: 'A higher duty level has to do this' },
  'not-found': { status: 404, title: 'There is no such thing within your scope' },
  'no-such-alert': { status: 404, title: 'There is no such alert within your scope' },
  'already-acknowledged': { status: 409, title: 'Somebody at this level or above was first' },
  'alert-changed': { status: 409, title: 'The alert has become worse since it was shown' },
  'already-closed': { status: 409, title: 'The alert is closed' },
  'still-active': { status: 409, title: 'The alarm condition still holds' },
  'not-acknowledged': { status: 409, title: 'The alert must be acknowledged first' },
  'not-latched': { status: 409, title: 'The alert is not latched' },
  'not-held': { status: 409, title: 'None of these points is held in alarm without sight' },
  'not-verified': { status: 409, title: 'The alert must be verified first' },
  'same-person': { status: 409, title: 'The person who asked for the closing cannot confirm it' },
  'second-person-required': { status: 409, title: 'A second person at a higher duty level has to confirm the closing' },
  'backtest-running': { status: 409, title: 'One backtest runs at a time: wait for it, or cancel it' },
  'out-of-reach': { status: 410, title: 'These transitions are no longer kept: ask for a snapshot' },
  'too-large': { status: 413, title: 'The body is larger than what is taken' },
  'unsupported-type': { status: 415, title: 'The content type is not taken here' },
  'cause-required': { status: 422, title: 'Closing this alert needs a cause' },
  'note-required': { status: 422, title: 'This takes a note that says why' },
  'readings-refused': { status: 422, title: 'The message was refused whole' },
  'registry-refused': { status: 422, title: 'The registry was refused whole; every error is listed' },
  'backtest-refused': { status: 422, title: 'The draft was refused whole; every error is listed' },
  'too-many-attempts': { status: 429, title: 'Too many failed sign-ins from this address: wait' },
  'sign-in-busy': { status: 429, title: 'Many sign-ins are being checked: try again in a moment' },
  'too-many-requests': { status: 429, title: 'Too many requests from this address: wait' },
  'internal-error': { status: 500, title: 'The service made a mistake; it is logged' },
  'unsaved-mode': { status: 503, title: 'The log cannot be written: only acknowledging is taken' },
  'not-confirmed': { status: 503, title: 'Not confirmed in time: safe to repeat with the same key' },
  'history-unavailable': { status: 503, title: 'The readings store does not answer; judging goes on' },
  'state-unavailable': { status: 503, title: 'The state store does not answer; judging goes on' },
  'not-ready': { status: 503, title: 'The service is not ready' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;
