/** `fenghuo import registry`, `fenghuo user add|passwd` and `fenghuo log skip`: what an administrator does by hand. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { divisionCode } from '../../api/schemas/scalars.ts';
import type { DataScope, Role } from '../../api/schemas/session.ts';
import { ROLES } from '../../api/schemas/session.ts';
import { hashPassword } from '../../api/sign-in/passwords.ts';
import { isEnterpriseId } from '../../ingest/topic.ts';
import type { SkipOutcome } from '../../log/local/skip.ts';
import { skipRecord } from '../../log/local/skip.ts';
import type { DutyLevel } from '../../model/alert.ts';
import { DUTY_LEVELS } from '../../model/alert.ts';
import { openState } from '../../store/state/sqlite/open-state.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import { environment, loadConfig } from '../config.ts';
import { storedUser } from '../ports/accounts.ts';
import { ACCESS_OPTIONS, accessOf, postText } from './api-client.ts';
import type { CliCommand, ExitCode } from './command.ts';
import { complain, complainAll, readText, say } from './command.ts';
import { DEMO_PASSWORD } from './service.ts';

export const importRegistry: CliCommand = {
  name: 'import registry',
  usage: 'fenghuo import registry F [--url http://…] [--user admin] [--password …]',
  does: 'adds and changes what a registry file (YAML or JSON) states, in the running service; all or nothing',
  options: ACCESS_OPTIONS,
  async run({ values, positionals }): Promise<ExitCode> {
    const [file] = positionals;
    const access = accessOf(values);
    if (file === undefined || typeof access === 'string') {
      complain(file === undefined ? `usage: ${this.usage}` : String(access));
      return 2;
    }
    const text = readText(file);
    if (text === undefined) return 1;
    const answer = await postText(access, '/api/v1/registry/import', text, 'application/yaml');
    if (!answer.ok) {
      complain(answer.detail);
      if (answer.errors.length > 0) complainAll(file, answer.errors);
      return 1;
    }
    const pending = Array.isArray(answer.body.pending) ? answer.body.pending.map(String) : [];
    say(`${file}: applied`);
    for (const loosening of pending) say(`  pending a second person, the stricter value stays in force: ${loosening}`);
    return 0;
  },
};

export const user: CliCommand = {
  name: 'user',
  usage: `fenghuo user add NAME --role ROLE --level LEVEL [--display-name 姓名] [--division CODE | --enterprise ID] · fenghuo user passwd NAME
  ROLE: ${ROLES.join(' ')}; LEVEL: ${DUTY_LEVELS.join(' ')}; the password is read from standard input`,
  does: 'adds a user, or sets a new password',
  options: {
    role: { type: 'string' },
    level: { type: 'string' },
    'display-name': { type: 'string' },
    division: { type: 'string' },
    enterprise: { type: 'string' },
    config: { type: 'string' },
  },
  async run({ values, positionals }): Promise<ExitCode> {
    const [action, name] = positionals;
    const config = configOf(values.config);
    if (config === undefined) return 1;
    if (name === undefined || (action !== 'add' && action !== 'passwd')) {
      complain(`usage: ${this.usage}`);
      return 2;
    }
    const store = openState({ file: join(config.dataDir, 'state.db') });
    try {
      const known = await store.user(name);
      if (action === 'passwd' && known === undefined) return refuse(`no user ${name}`);
      if (action === 'add' && known !== undefined)
        return refuse(`user ${name} exists; "fenghuo user passwd ${name}" sets a new password`);
      const role = values.role as Role | undefined;
      const level = values.level as DutyLevel | undefined;
      if (
        action === 'add' &&
        (role === undefined || !ROLES.includes(role) || level === undefined || !DUTY_LEVELS.includes(level))
      ) {
        complain(`usage: ${this.usage}`);
        return 2;
      }
      const place = scopeOf(values.division, values.enterprise);
      if (typeof place === 'string') return refuse(place);
      const password = await readPassword();
      if (password.length < 8) return refuse('the password needs at least 8 characters');
      if (password === DEMO_PASSWORD) return refuse('the demo password is refused outside the demo');
      const passwordHash = await hashPassword(password);
      const by = { actor: 'command line', at: wallNow() };
      if (known !== undefined) await store.putUser({ ...known, passwordHash }, by);
      else if (role !== undefined && level !== undefined) {
        const shown = values['display-name'];
        const displayName = typeof shown === 'string' && shown.trim() !== '' ? shown.trim() : name;
        await store.putUser(storedUser({ name, displayName, role, level, scope: place, passwordHash }, wallNow()), by);
      }
      say(`${name}: ${action === 'add' ? 'added' : 'new password set'}`);
      return 0;
    } finally {
      await store.close();
    }
  },
};

export const logSkip: CliCommand = {
  name: 'log skip',
  usage: 'fenghuo log skip N [--config F]',
  does: 'sets aside the damaged record N of the log (the service must be stopped); its bytes are kept',
  options: { config: { type: 'string' } },
  async run({ values, positionals }): Promise<ExitCode> {
    const number = Number(positionals[0]);
    if (!Number.isSafeInteger(number) || number < 1) {
      complain(`usage: ${this.usage}`);
      return 2;
    }
    const config = configOf(values.config);
    if (config === undefined) return 1;
    const dir = join(config.dataDir, 'log');
    if (!existsSync(dir)) return refuse(`no log in ${config.dataDir}`);
    const outcome = await skipRecord(dir, number);
    if (!outcome.ok) return refuse(whyNotSkipped(number, outcome));
    say(`records ${outcome.from} to ${outcome.to} set aside in ${outcome.file}`);
    return 0;
  },
};

/** What the person will see, or why it cannot be told: a mistyped code must not widen it to everything. */
function scopeOf(division: string | boolean | undefined, enterprise: string | boolean | undefined): DataScope | string {
  if (division !== undefined && enterprise !== undefined) return 'give --division or --enterprise, not both';
  if (division === undefined && enterprise === undefined) return {};
  if (enterprise !== undefined) {
    return typeof enterprise === 'string' && isEnterpriseId(enterprise)
      ? { enterprise }
      : `"${enterprise}" is no id of an enterprise`;
  }
  const code = divisionCode.safeParse(division);
  return code.success ? { division: code.data } : `--division "${division}": ${code.error.issues[0].message}`;
}

function whyNotSkipped(number: number, { reason, damaged }: Extract<SkipOutcome, { ok: false }>): string {
  switch (reason) {
    case 'not-in-log':
      return `the log ends before record ${number}`;
    case 'reads-well':
      return `record ${number} can be read: nothing is set aside`;
    case 'elsewhere':
      return `record ${number} is not the damaged one, record ${damaged} is: fenghuo log skip ${damaged}`;
  }
}

function refuse(words: string): ExitCode {
  complain(words);
  return 1;
}

function configOf(file: string | boolean | undefined): Config | undefined {
  const loaded = loadConfig(environment, typeof file === 'string' ? file : undefined);
  if (loaded.ok) return loaded.config;
  complainAll('configuration', loaded.errors);
  return undefined;
}

async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('password: ');
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line.trim();
  }
  return '';
}
