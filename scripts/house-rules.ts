// Habits of this project that neither the compiler nor the formatter can express: what a file is called, how it
// opens, and who may look at a clock. Each rule says what to do instead. It reads no file itself.
import type { Violation } from './import-rules.ts';
import type { SourceFile } from './source-files.ts';
import { importsOf, withoutComments } from './source-files.ts';

type Habit = {
  readonly files: RegExp;
  readonly pattern: RegExp;
  readonly message: string;
  /** Files that may, each with why. */
  readonly except?: Readonly<Record<string, string>>;
};

const product = /^(src|simulators|web)\//;
const service = /^src\//;

// The clock is read and timers are set in one file, so that a test or a replay can put its own time in its place.
const clockFile = 'src/app/clock.ts';
const mayUseTime = {
  [clockFile]: 'it is the clock',
  'src/log/local/node-disk.ts':
    'real disk and real pauses behind one injected pair; tests put a simulated pair in its place',
  'src/store/pace.ts': 'it measures how long it has held the loop; a duration decides nothing and is stored nowhere',
  'src/app/sequencer/snapshotter.ts': 'it measures how long copying the state has held the loop, to show it',
};

const habits: readonly Habit[] = [
  {
    files: /^(src|simulators)\//,
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/,
    message: `only ${clockFile} reads the clock: take a Clock (or the time itself) as an argument`,
    except: mayUseTime,
  },
  {
    files: service,
    pattern: /(?<![.\w])(setTimeout|setInterval)\b|node:timers/,
    message: `only ${clockFile} sets timers: take a Clock as an argument, so that a test can let time pass at once`,
    except: mayUseTime,
  },
  {
    files: /^(src|simulators)\//,
    pattern: /\bMath\.random\b/,
    message: 'chance hides faults: seed a generator in a simulator, take randomBytes from node:crypto for a secret',
  },
  {
    files: service,
    pattern: /\bconsole\.\w+\(/,
    message: 'log through src/app/logger.ts; a command prints with process.stdout.write',
  },
  {
    files: service,
    pattern: /\bprocess\.env\b/,
    message: 'only src/app/config.ts reads the environment, so that every setting is checked and listed in one place',
    except: { 'src/app/config.ts': 'it is the configuration' },
  },
  {
    files: service,
    pattern: /\bprocess\.exit\(/,
    message: 'set process.exitCode and let what is open be closed; only src/app/main.ts ends the process',
    except: {
      'src/app/main.ts': 'it ends the process when closing takes too long',
      'src/app/core.ts': 'after a bug in step nothing in memory may be trusted to close anything',
    },
  },
];

const markers: readonly Habit[] = [
  {
    files: /\.tsx?$/,
    // Not where a whole object is spread or nothing: that is no field.
    pattern: /\.\.\.\(.* \? (\{\} : \{ |\{ .* \} : \{\})/,
    message: 'assign the field: undefined says that it is not there, and JSON leaves it out',
  },
  {
    files: /^(?!test\/tidy\/)/,
    pattern: new RegExp(`\\b(${['TO', 'FIX', 'XX'].map((head, n) => head + ['DO', 'ME', 'X'][n]).join('|')})\\b`),
    message: 'a note to oneself is not work done: finish it, leave it out, or open an issue',
  },
  {
    files: /^(src|simulators|web|bench|scripts)\//,
    pattern: /@ts-(ignore|expect-error|nocheck)|biome-ignore (?!\S+: \S)/,
    message: 'repair the type; where a lint rule is wrong, give the reason after its name',
  },
];

/** Every line of the project that breaks a habit. */
export function checkHabits(files: readonly SourceFile[]): Violation[] {
  return files.flatMap(({ path, text }) => [
    ...judgeLines(path, withoutComments(text), habits),
    ...judgeLines(path, text, markers),
  ]);
}

function judgeLines(path: string, text: string, rules: readonly Habit[]): Violation[] {
  const found: Violation[] = [];
  const wanted = rules.filter((rule) => rule.files.test(path) && rule.except?.[path] === undefined);
  if (wanted.length === 0) return found;
  text.split('\n').forEach((line, index) => {
    for (const { pattern, message } of wanted) {
      if (pattern.test(line)) found.push({ path, line: index + 1, message });
    }
  });
  return found;
}

/** Every file whose name or opening tells the reader nothing. */
export function checkFiles(files: readonly SourceFile[]): Violation[] {
  return files.flatMap(({ path, text }) => {
    const found: Violation[] = [];
    const add = (message: string): void => {
      found.push({ path, line: 1, message });
    };
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (/^(index|mod)\.tsx?$/.test(name)) add('no barrels: import the file that holds the thing');
    if (/(^|[-./])(utils?|helpers?|misc|common|stuff)([-./]|$)/.test(path)) {
      add('this name says nothing: call the file by what it owns');
    }
    if (product.test(path) && isBarrel(text)) add('no barrels: this file only passes on what others export');
    if (!/^test\//.test(path) && !opensWithComment(text)) {
      add('open the file with one or two sentences: what it owns and what it refuses to do');
    }
    return found;
  });
}

function opensWithComment(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#!'));
  return first === undefined || /^\s*(\/\/|\/\*)/.test(first);
}

function isBarrel(text: string): boolean {
  const code = withoutComments(text).trim();
  const rest = code.replaceAll(/^export\s[^'";]*?\sfrom\s+'[^']+';?$/gm, '').trim();
  return rest === '' && importsOf(text).length > 0;
}
