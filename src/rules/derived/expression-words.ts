/**
 * What is wrong with an expression in words that its author understands, English and Chinese: where it stands, what it is, what
 * could stand there instead. It knows the library's messages and finds nothing by itself.
 */
import type { ExpressionSetting } from './setting.ts';

/** A stretch of the text, in characters from its begin. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The same thing said twice. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** As much of the text as is shown of it. */
const SHOWN_MAX = 40;

/** `column 13 "fann": there is no input fann … / 没有名为 fann 的输入…`; of a text of several lines, the line before the column. */
export function told(text: string, stretch: Stretch | undefined, { en, zh }: Words): string {
  const words = `${en} / ${zh}`;
  if (stretch === undefined) return words;
  const before = text.slice(0, stretch.start);
  const column = stretch.start - before.lastIndexOf('\n');
  const line = before.split('\n').length;
  const shown = text.slice(stretch.start, stretch.end).trim();
  const what = shown === '' || shown.length > SHOWN_MAX ? '' : ` "${shown}"`;
  return `${line > 1 ? `line ${line} ` : ''}column ${column}${what}: ${words}`;
}

interface LibraryError {
  readonly message: string;
  readonly range?: Stretch | undefined;
}

/** An error of the library, in words; one that is not known here says what the library says. */
export function inWords(error: unknown, text: string, setting: ExpressionSetting): string {
  if (!(error instanceof Error)) return String(error);
  const { range } = error as LibraryError;
  const [message] = error.message.split('\n');
  for (const [pattern, wordsOf] of MESSAGES) {
    const found = pattern.exec(message);
    if (found === null) continue;
    return told(text, range, wordsOf(found, setting, text.slice(range?.start, range?.end)));
  }
  return told(text, range, { en: message, zh: '表达式有误' });
}

/** A type of the library as the field says it. */
export function typeInWords(type: string): Words {
  const list = /^list<(.*)>$/.exec(type);
  if (list !== null) {
    const { en, zh } = typeInWords(list[1]);
    return { en: `a list of ${en.replace(/^an? /, '')}s`, zh: `一组${zh}` };
  }
  if (type === 'bool') return { en: 'a boolean', zh: '开关量' };
  if (type === 'double' || type === 'int') return { en: 'a number', zh: '数值' };
  return type === 'string' ? { en: 'a text', zh: '文字' } : { en: type, zh: type };
}

/** `shown`: the text where it stands. */
type WordsOf = (found: RegExpExecArray, setting: ExpressionSetting, shown: string) => Words;

/** What people write for what is asked for. */
const INSTEAD: Readonly<Record<string, string>> = { '=': '==', '&': '&&', '|': '||', and: '&&', or: '||', not: '!' };

const MESSAGES: readonly (readonly [RegExp, WordsOf])[] = [
  [/^Unknown variable: (.+)$/, ([, name], setting) => unknownName(name, setting)],
  [/^no such overload: (\S+) (\S+) (\S+)$/, ([, left, operator, right]) => notTogether(operator, left, right)],
  [/^no such overload: ([!-])(.+)$/, ([, operator, type]) => notWith(operator, type)],
  [/^found no matching overload for '([^(]*)\((.*)\)'$/, ([, called, types]) => notCalled(called, types)],
  [/requires bool operands, got '(.+)'/, ([, type]) => needsSwitch(type)],
  [/condition must be bool, got '(.+)'/, ([, type]) => needsSwitch(type)],
  [/predicate must return bool, got '(.+)'/, ([, type]) => needsSwitch(type)],
  [/branches must have the same type, got '(.+)' and '(.+)'/, ([, one, other]) => notTogether('?:', one, other)],
  [/^Unexpected token: EOF$/, () => ({ en: 'ends too soon', zh: '表达式不完整' })],
  [/^Expected (\w+), got (\w+)$/, ([, wanted]) => missing(wanted)],
  [
    /^Unexpected (?:character|token): '?(.+?)'?$/,
    ([, sign], _setting, shown) => unexpected(shown in INSTEAD ? shown : sign),
  ],
  [
    /^Exceeded (max\w+) \((\d+)\)/i,
    ([, limit, most]) => ({
      en: `is too long or too deep (${limit}: ${most} at most)`,
      zh: `表达式过长或嵌套过深（上限 ${most}）`,
    }),
  ],
];

function unknownName(name: string, { inputs, parameters }: ExpressionSetting): Words {
  const known = [...Object.keys(inputs), ...parameters];
  return {
    en: `there is no input ${name}; there are ${known.join(', ')}`,
    zh: `没有名为 ${name} 的输入；可用的有 ${known.join('、')}`,
  };
}

function notTogether(operator: string, left: string, right: string): Words {
  const [one, other] = [typeInWords(left), typeInWords(right)];
  const isList = left.startsWith('list<') || right.startsWith('list<');
  return {
    en: `"${operator}" cannot stand between ${one.en} and ${other.en}${isList ? ': go through the list, as in list.exists(v, v > 1)' : ''}`,
    zh: `“${operator}”不能用于${one.zh}与${other.zh}${isList ? '：多个测点请逐个判断，例如 list.exists(v, v > 1)' : ''}`,
  };
}

function notWith(operator: string, type: string): Words {
  const { en, zh } = typeInWords(type);
  return { en: `"${operator}" cannot stand before ${en}`, zh: `“${operator}”不能用于${zh}` };
}

function notCalled(called: string, types: string): Words {
  const taken = types.split(', ').map(typeInWords);
  return {
    en: `${called} does not take ${taken.map(({ en }) => en).join(' and ') || 'nothing'}`,
    zh: `${called} 不接受${taken.map(({ zh }) => zh).join('和') || '空参数'}`,
  };
}

function needsSwitch(type: string): Words {
  const { en, zh } = typeInWords(type);
  return { en: `must be true or false, and is ${en}`, zh: `此处须为开关量（真或假），而这是${zh}` };
}

const SIGNS: Readonly<Record<string, string>> = { RPAREN: ')', RBRACKET: ']', RBRACE: '}', COLON: ':', COMMA: ',' };

function missing(wanted: string): Words {
  const sign = SIGNS[wanted] ?? wanted;
  return { en: `"${sign}" is missing`, zh: `缺少“${sign}”` };
}

function unexpected(sign: string): Words {
  const instead = INSTEAD[sign];
  return {
    en: `"${sign}" cannot stand here${instead === undefined ? '' : `: write ${instead}`}`,
    zh: `此处不能有“${sign}”${instead === undefined ? '' : `，应写作 ${instead}`}`,
  };
}
