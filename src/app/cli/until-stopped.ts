/** How a command that goes on until Ctrl-C begins, waits and ends: once, in order, and with words when it cannot begin. */
import { StateFormatError } from '../../engine/snapshot.ts';
import { NewerVersionError } from '../../model/version.ts';
import { pause, watch } from '../clock.ts';
import type { Service } from '../compose.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { portsNotFree } from '../open/ports.ts';
import type { ExitCode } from './command.ts';
import { complain } from './command.ts';

/** How long the simulators of the demo may take to say goodbye. */
const ALSO_STOP_MS = 3_000;
/** What is said last must leave before the process ends itself. */
const LAST_WORDS_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface Running {
  readonly service: Service;
  /** Stops what feeds the service, before the service itself. */
  also(): Promise<void>;
}

/** Ctrl-C ends a run of the simulators; the gateways then say goodbye. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** npm hands Ctrl-C on as well, so two signals arrive for one key press: the second one is no impatience. */
export async function untilStopped(config: Config, logger: Logger, begin: () => Promise<Running>): Promise<ExitCode> {
  const busy = await portsNotFree(config);
  if (busy.length > 0) {
    complain(`fenghuo could not start: ${busy.length === 1 ? 'a port is' : `${busy.length} ports are`} not to be had`);
    for (const words of busy) complain(`  ${words}`);
    return 1;
  }
  let stop: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const onSignal = (): void => stop?.();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  let running: Running;
  try {
    running = await begin();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    complain(`fenghuo could not start: ${words}`);
    const setting = takenPort(config, error);
    if (setting !== undefined) complain(`  another program has this port: choose another by ${setting}`);
    for (const signal of SIGNALS) process.off(signal, onSignal);
    return isOtherVersion(error) ? 78 : 1;
  }
  await asked;
  await Promise.race([running.also(), watch(ALSO_STOP_MS)]);
  const { unsaved, hangs } = await running.service.stop();
  if (unsaved) logger.fatal('stopped in unsaved mode: what was judged since it began is forgotten');
  else logger.info('stopped');
  // An exit would wait for every thread, and so for the disk.
  if (hangs) {
    await pause(LAST_WORDS_MS);
    process.kill(process.pid, 'SIGKILL');
  }
  return unsaved ? 74 : 0;
}

/** The folder is not damaged, and no second start would find it otherwise. */
function isOtherVersion(error: unknown): boolean {
  return error instanceof NewerVersionError || error instanceof StateFormatError;
}

/** Which setting names the port that another program has. */
function takenPort(config: Config, error: unknown): string | undefined {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== 'EADDRINUSE') return undefined;
  if (port === config.http.port) return 'FENGHUO_HTTP_PORT';
  return port === config.mqtt.port ? 'FENGHUO_MQTT_PORT' : 'mqtt.tls.port';
}
