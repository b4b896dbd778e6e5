/**
 * The live connection: hands every message to the reducer and asks the service for what the reducer wants. It keeps no
 * state of its own but the socket.
 */
import { io } from 'socket.io-client';
import type {
  AlertsMessage,
  CutMessage,
  HeartbeatMessage,
  SnapshotMessage,
  SubscribeAnswer,
  ValuesMessage,
} from '../../src/api/schemas/live.ts';
import type { ErrorCode } from '../../src/api/shapes/error-codes.ts';
import { ERROR_CODES } from '../../src/api/shapes/error-codes.ts';
import { LIVE_NAMESPACE } from '../../src/api/shapes/live.ts';
import { storedToken } from '../service/api.ts';
import type { Action, ScreenState } from './state.ts';
import { subscribeRequest } from './state.ts';

export interface LiveConnection {
  /** Looks whether something has to be asked; call it after every change of the state. */
  attend(state: ScreenState, points: readonly string[]): void;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 10_000;
const RETRY_REFUSED_MS = 5_000;

export function connectLive(dispatch: (action: Action) => void, localNow: () => number): LiveConnection {
  const socket = io(LIVE_NAMESPACE, {
    transports: ['websocket'],
    // Without a token the cookie of this page says who we are.
    auth: (give) => give({ token: storedToken() }),
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    forceNew: true,
  });
  let retry: ReturnType<typeof setTimeout> | undefined;
  const tryAgain = (): void => {
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), RETRY_REFUSED_MS);
  };
  socket.on('connect', () => dispatch({ type: 'connected' }));
  socket.on('disconnect', (reason) => {
    dispatch({ type: 'disconnected' });
    // The library comes back by itself from everything but this; a service that restarts ends connections this way.
    if (reason === 'io server disconnect') tryAgain();
  });
  socket.on('connect_error', (error) => {
    if (Object.hasOwn(ERROR_CODES, error.message)) dispatch({ type: 'refused', code: error.message as ErrorCode });
    else dispatch({ type: 'disconnected' });
    if (!socket.active) tryAgain();
  });
  socket.on('snapshot', (message: SnapshotMessage) => dispatch({ type: 'snapshot', message }));
  socket.on('alerts', (message: AlertsMessage) => dispatch({ type: 'alerts', message }));
  socket.on('values', (message: ValuesMessage) => dispatch({ type: 'values', message }));
  socket.on('heartbeat', (message: HeartbeatMessage) => dispatch({ type: 'heartbeat', message, localMs: localNow() }));
  socket.on('cut', ({ reason }: CutMessage) => dispatch({ type: 'cut', reason }));

  return {
    attend(state, points) {
      if (state.sync !== 'wanted' || !socket.connected) return;
      const body = subscribeRequest(state, points);
      dispatch({ type: 'asked' });
      socket.timeout(ANSWER_TIMEOUT_MS).emit('subscribe', body, (late: Error | null, answer: SubscribeAnswer) => {
        if (late === null) dispatch({ type: 'answered', answer });
        // A connection that does not answer is not one: start again rather than wait for ever.
        else socket.disconnect().connect();
      });
    },
    close() {
      clearTimeout(retry);
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
}
