/** `fenghuo load`: a steady load on invented enterprises `load-*`, and how much of it was acknowledged. */
import { Command } from 'commander';
import { loadRegistry, POINTS_A_GATEWAY, runLoad } from '../../../simulators/load.ts';
import { wallNow } from '../clock.ts';
import type { AccessOptions } from './api-client.ts';
import { accessOf, postText } from './api-client.ts';
import { brokerUrl, DEFAULT_BROKER, whyNoBroker } from './broker-at.ts';
import type { ExitCode } from './command.ts';
import { act, complain, complainAll, examples, positiveNumber, refuse, say, wholeNumber } from './command.ts';
import { LinkWords } from './link-words.ts';
import { interrupted } from './until-stopped.ts';

/** Load gateways exist for a test on this machine only; who may register them is an administrator anyway. */
const LOAD_SECRET = 'load-secret';

interface Options extends Omit<AccessOptions, 'url'> {
  readonly points: number;
  readonly rate: number;
  readonly batch: number;
  readonly seconds: number;
  readonly register?: true;
  readonly url: string;
  readonly http?: string;
}

export function loadCommand(): Command {
  const command = new Command('load')
    .description('load generator on enterprises load-*, until the seconds are over')
    .requiredOption('--points <n>', 'gas heads, 250 a gateway', wholeNumber)
    .requiredOption('--rate <n>', 'messages a second, all gateways together', positiveNumber)
    .option('--batch <n>', 'readings a message', wholeNumber, 1)
    .requiredOption('--seconds <n>', 'how long, in seconds', positiveNumber)
    .option('--register', 'make the points known through the API first')
    .option('--url <mqtt-url>', 'broker', brokerUrl, DEFAULT_BROKER)
    .option('--http <url>', 'service to register with, instead of FENGHUO_URL or http://127.0.0.1:8080')
    .option('--user <name>', 'who registers, instead of FENGHUO_USER or admin')
    .option('--password <text>', 'his password, instead of FENGHUO_PASSWORD')
    .addHelpText('after', examples('fenghuo load --points 1000 --rate 200 --seconds 60 --register --password …'));
  return act(command, load);
}

async function load(options: Options): Promise<ExitCode> {
  const { points, rate, batch, seconds, url } = options;
  const nobody = await whyNoBroker(url);
  if (nobody !== undefined) return refuse(nobody);
  if (options.register && (await register(options)) !== 0) return 1;
  const links = new LinkWords(url);
  links.expect(Math.ceil(points / POINTS_A_GATEWAY));
  const result = await runLoad({
    url,
    points,
    secret: LOAD_SECRET,
    ratePerSecond: rate,
    batch,
    seconds,
    signal: AbortSignal.any([interrupted(), links.nobodyLetIn]),
    now: wallNow,
    onNote: (note) => links.note(note),
  });
  if (links.nobodyLetIn.aborted) {
    const command = 'fenghuo load … --register --password …';
    return refuse(links.why(['负载测试的企业', 'the enterprises of the load'], command));
  }
  const perSecond = Math.round(result.acknowledged / Math.max(result.seconds, 0.001));
  const took = `${result.seconds.toFixed(1)} s`;
  say(`sent ${result.sent}, acknowledged ${result.acknowledged} in ${took}: ${perSecond} messages/s`);
  return result.acknowledged === result.sent && result.sent > 0 ? 0 : 1;
}

async function register({ points, http, user, password }: Options): Promise<ExitCode> {
  const access = accessOf({ url: http, user, password });
  if (typeof access === 'string') return refuse(access);
  const text = JSON.stringify(loadRegistry(points, LOAD_SECRET));
  const answer = await postText(access, '/api/v1/registry/import', text, 'application/json');
  if (answer.ok) return 0;
  complain(answer.detail);
  if (answer.errors.length > 0) complainAll('registry', answer.errors);
  return 1;
}
