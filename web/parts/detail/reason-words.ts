/**
 * Why an alert has its grade: one sentence for each step of the grading.
 */
import type { Language } from '../../words/language.ts';
import { bilingual } from '../../words/language.ts';
import type { ReasonWords } from './reasons.ts';

/** How closely a source is supervised, by what the register calls it. */
const CLASSES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  zh: { highest: '属最高监管等级', raised: '属从严监管等级', normal: '属一般监管等级', low: '未登记监管等级' },
  en: {
    highest: 'supervised most closely',
    raised: 'supervised closely',
    normal: 'of the normal class',
    low: 'not registered with a class',
  },
};

/** 重大危险源 by its level. */
const LEVELS_ZH: Readonly<Record<string, string>> = { 1: '一级重大', 2: '二级重大', 3: '三级重大', 4: '四级重大' };

/** Which slip a wrong clock looks like, as it was when the alarm was raised. */
const SLIPS: Readonly<Record<Language, Readonly<Record<string, (off: string) => string>>>> = {
  zh: {
    seconds: () => '时间戳 at 用了秒，应为毫秒',
    microseconds: () => '时间戳 at 用了微秒，应为毫秒',
    'local-time': () => '把北京时间当作 UTC 发送，快 8 小时',
    'zone-twice': () => '时区重复扣减，慢 8 小时',
    unset: () => '设备时钟从未校准',
    slow: (off) => `时钟慢 ${off}`,
    late: (off) => `迟到 ${off}：时钟被回拨，或未标注 historical 的补传`,
    fast: (off) => `时钟快 ${off}`,
  },
  en: {
    seconds: () => '`at` is in seconds, ms expected',
    microseconds: () => '`at` is in microseconds, ms expected',
    'local-time': () => 'local time sent as UTC, 8 h ahead',
    'zone-twice': () => '8 h taken off twice, 8 h behind',
    unset: () => 'its clock was never set',
    slow: (off) => `${off} slow`,
    late: (off) => `${off} late: set back, or old readings sent again without \`historical\``,
    fast: (off) => `${off} fast`,
  },
};

function slipOf(language: Language, { slip, worst, off }: Parameters<ReasonWords['device']>[0]): string {
  const words = SLIPS[language][slip]?.(off);
  if (words === undefined) return '';
  return language === 'zh' ? `（${worst}：${words}）` : ` (${worst}: ${words})`;
}

export const reasonWords = bilingual<ReasonWords>({
  zh: {
    base: ({ point, rule, level }) => `${point} ${rule}达到${level}，为定级起点`,
    class: ({ alarmClass, sourceLevel }) =>
      `${LEVELS_ZH[sourceLevel] ?? ''}危险源${CLASSES.zh[alarmClass] ?? '未定监管等级'}`,
    persistence: ({ point, duration }) => (point ? `${point} 持续已超过 ${duration}` : '持续时间未到'),
    trend: ({ point, duration, fit }) =>
      point ? `${point} 按趋势 ${duration} 后达下一限值（拟合 R² ${fit}）` : '预测未给出可信趋势',
    breadth: ({ points, level }) =>
      points ? `${points} 个独立测点同时达到${level}` : '5 分钟内未达扩散条件（2 点高高或 3 点高）',
    coupling: ({ together, missing }) => `多种危险叠加（${together}${missing && `；${missing}缺失，保持原判`}）`,
    neighbours: ({ together, missing }) => `相邻测点同时升高（${together}${missing && `；${missing}缺失，不降级`}）`,
    quality: ({ point }) => (point ? `${point} 数据存疑且无其他测点佐证` : '有可信数据佐证'),
    cap: ({ point }) => `只有 ${point} 一个测点且不足 1 分钟，暂不超过橙色`,
    harm: ({ point }) => `${point} 这一类按约定不超过此级`,
    sign: ({ point }) => `仅为征兆（${point}），尚无测值达到限值，本级为上限`,
    floor: ({ point, points, level, basis, limit }) =>
      `${point === '' ? (limit ? '' : `${points} 个测点`) : `${point} `}达到${limit || level}，按规定不低于此级（${basis}）`,
    'roll-up': ({ items, basis }) => `监测项目合计（${items}），按规定不低于此级（${basis}）`,
    clamp: ({ height }) => `累计 ${height} 级，取四级之内`,
    easing: () => '等级只随读数持续好转逐级下调，目前保持在此级',
    coverage: ({ live, declared, unwatched }) =>
      `当时应有 ${declared} 个测点在监测，实际只有 ${live} 个${unwatched === '' ? '' : `（${unwatched}）`}`,
    device: (facts) => `设备故障：${facts.fault}${slipOf('zh', facts)}`,
    unknown: ({ step }) => `本页面尚不认识的定级步骤（${step}），请刷新页面`,
  },
  en: {
    base: ({ point, rule, level }) => `${point}${rule && `, ${rule},`} reached level ${level}: the start of the ladder`,
    class: ({ alarmClass, sourceLevel }) =>
      `source ${sourceLevel && `of level ${sourceLevel}, `}${CLASSES.en[alarmClass] ?? 'of no stated class'}`,
    persistence: ({ point, duration }) =>
      point ? `${point} has stood longer than ${duration}` : 'not long enough yet',
    trend: ({ point, duration, fit }) =>
      point ? `${point} will reach its next limit in ${duration} (fit R² ${fit})` : 'no forecast with a sound fit',
    breadth: ({ points, level }) =>
      points ? `${points} independent points at ${level} together` : 'fewer than 2 at HH or 3 at H within 5 min',
    coupling: ({ together, missing }) =>
      `hazards that are worse together (${together}${missing && `; ${missing} not known, held as it was`})`,
    neighbours: ({ together, missing }) =>
      `neighbours rise together (${together}${missing && `; ${missing} not known, lowers nothing`})`,
    quality: ({ point }) => (point ? `${point} is doubtful and nobody confirms it` : 'good evidence'),
    cap: ({ point }) => `only ${point}, for less than a minute: not above orange yet`,
    harm: ({ point }) => `${point} is of a kind that is never called worse than this`,
    sign: ({ point }) => `a sign only (${point}), nothing measured at a limit: not above this`,
    floor: ({ point, points, level, basis, limit }) =>
      `${point === '' ? (limit ? `${limit} reached` : `${points} points at ${level}`) : `${point}, ${limit || level}`}: by rule not below this (${basis})`,
    'roll-up': ({ items, basis }) => `monitoring items together (${items}): by rule not below this (${basis})`,
    clamp: ({ height }) => `${height} steps, kept within the four grades`,
    easing: () =>
      'held here: it comes down one step at a time, each after good readings have shown less for the whole hold',
    coverage: ({ live, declared, unwatched }) =>
      `${live} of ${declared} declared observers were watching then${unwatched === '' ? '' : ` (${unwatched})`}`,
    device: (facts) => `device fault: ${facts.fault}${slipOf('en', facts)}`,
    unknown: ({ step }) => `a step that this page does not know yet (${step}): load it again`,
  },
});
