/** `fenghuo user add` and `fenghuo user passwd`: people by hand, on the data folder of an installation. */
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { levelMisfit } from '../../api/policy/roles.ts';
import { divisionCode } from '../../api/schemas/scalars.ts';
import type { DataScope } from '../../api/schemas/session.ts';
import { hashPassword } from '../../api/sign-in/passwords.ts';
import { isEnterpriseId } from '../../ingest/topic.ts';
import type { DutyLevel } from '../../model/alert.ts';
import { DUTY_LEVELS } from '../../model/alert.ts';
import type { Role } from '../../model/role.ts';
import { ROLES } from '../../model/role.ts';
import type { StateStore } from '../../store/state/port.ts';
import { openState } from '../../store/state/sqlite/open-state.ts';
import { wallNow } from '../clock.ts';
import { isBroughtUp, refuseNewer } from '../open/folder-stamp.ts';
import { storedUser } from '../ports/accounts.ts';
import type { ExitCode } from './command.ts';
import { act, examples, refuse, say } from './command.ts';
import { installed } from './configured.ts';
import { DEMO_PASSWORD } from './demo-people.ts';

const PASSWORD_LENGTH_MIN = 8;
/** The service has the file locked for moments only; nothing waits for us meanwhile. */
const WAIT_FOR_LOCKS_MS = 5_000;

interface Options {
  readonly config?: string;
}

interface AddOptions extends Options {
  readonly role: Role;
  readonly level: DutyLevel;
  readonly displayName?: string;
  readonly division?: string;
  readonly enterprise?: string;
}

export function userCommand(): Command {
  const add = new Command('add')
    .description(`adds a person; the password (at least ${PASSWORD_LENGTH_MIN} characters) is read from standard input`)
    .argument('<name>', 'the name to sign in with')
    .addOption(new Option('--role <role>', 'what he may do').choices(ROLES).makeOptionMandatory())
    .addOption(new Option('--level <level>', 'whose duty his answer is').choices(DUTY_LEVELS).makeOptionMandatory())
    .option('--display-name <name>', '姓名')
    .addOption(new Option('--division <code>', 'he sees this division').argParser(readDivision))
    .addOption(
      new Option('--enterprise <id>', 'he sees this enterprise').argParser(readEnterprise).conflicts('division'),
    )
    .option('--config <file>', 'configuration, instead of FENGHUO_CONFIG or fenghuo.yaml')
    .addHelpText(
      'after',
      examples(
        'fenghuo user add li --role county-duty --level county --division 320921',
        'echo "$PASSWORD" | fenghuo user add wang --role safety-director --level enterprise --enterprise my-chem',
      ),
    );
  const passwd = new Command('passwd')
    .description('sets a new password, read from standard input')
    .argument('<name>', 'whose')
    .option('--config <file>', 'configuration, instead of FENGHUO_CONFIG or fenghuo.yaml')
    .addHelpText('after', examples('fenghuo user passwd li'));
  return new Command('user')
    .description('people who may sign in')
    .addCommand(
      act(add, (name: string, options: AddOptions) => withStore(options, (store) => addUser(store, name, options))),
    )
    .addCommand(
      act(passwd, (name: string, options: Options) => withStore(options, (store) => setPassword(store, name))),
    );
}

async function withStore(options: Options, work: (store: StateStore) => Promise<ExitCode>): Promise<ExitCode> {
  const config = installed(options.config);
  if (config === undefined) return 1;
  await refuseNewer(config.dataDir);
  // Opening the state file brings it up, and what else is in an older folder would not find in it what it needs.
  if (!(await isBroughtUp(config.dataDir)))
    return refuse(`${config.dataDir}: of an older version; start this version of the service on it first`);
  const store = openState({ file: join(config.dataDir, 'state.db'), waitForLocksMs: WAIT_FOR_LOCKS_MS });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function addUser(store: StateStore, name: string, options: AddOptions): Promise<ExitCode> {
  if ((await store.people.user(name)) !== undefined)
    return refuse(`user ${name} exists; "fenghuo user passwd ${name}" sets a new password`);
  const { role, level, division, enterprise } = options;
  const scope: DataScope = division !== undefined ? { division } : enterprise !== undefined ? { enterprise } : {};
  const misfit = levelMisfit(role, level, scope);
  if (misfit !== undefined) return refuse(`${name} is not added: ${misfit}`);
  const stranger = await notRegistered(store, options);
  if (stranger !== undefined) return refuse(`${name} is not added: ${stranger}`);
  const read = await readPassword();
  if (!read.ok) return refuse(read.reason);
  const displayName = options.displayName?.trim() || name;
  const record = { name, displayName, role, level, scope, passwordHash: await hashPassword(read.password) };
  await store.people.putUser(storedUser(record, wallNow()), byHand());
  say(`${name}: added`);
  return 0;
}

/** Who looks at a place that is not there sees nothing wrong for ever: a calm that is false. */
async function notRegistered(
  { history }: StateStore,
  { division, enterprise }: AddOptions,
): Promise<string | undefined> {
  const [item, id] = division !== undefined ? (['division', division] as const) : (['enterprise', enterprise] as const);
  if (id === undefined || (await history.itemHistory(item, id, 1)).length > 0) return undefined;
  return `no ${item} ${id} is registered; import the registry first`;
}

async function setPassword(store: StateStore, name: string): Promise<ExitCode> {
  const known = await store.people.user(name);
  if (known === undefined) return refuse(`no user ${name}`);
  const read = await readPassword();
  if (!read.ok) return refuse(read.reason);
  await store.people.putUser({ ...known, passwordHash: await hashPassword(read.password) }, byHand());
  say(`${name}: new password set`);
  return 0;
}

const byHand = () => ({ actor: 'command line', at: wallNow() });

/** A mistyped code must not widen what a person sees to everything. */
function readDivision(text: string): string {
  const code = divisionCode.safeParse(text);
  if (code.success) return code.data;
  throw new InvalidArgumentError(code.error.issues[0].message);
}

function readEnterprise(text: string): string {
  if (isEnterpriseId(text)) return text;
  throw new InvalidArgumentError('An id such as yt-chem is expected.');
}

type Password = { readonly ok: true; readonly password: string } | { readonly ok: false; readonly reason: string };

async function readPassword(): Promise<Password> {
  if (process.stdin.isTTY) process.stderr.write('password: ');
  const password = await firstLine();
  if (password.length < PASSWORD_LENGTH_MIN)
    return { ok: false, reason: `the password needs at least ${PASSWORD_LENGTH_MIN} characters` };
  if (password === DEMO_PASSWORD) return { ok: false, reason: 'the demo password is refused outside the demo' };
  return { ok: true, password };
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line.trim();
  }
  return '';
}
