/**
 * What rules that look at more than one reading say of what they have worked out.
 */
import { bilingual } from '../../words/language.ts';

export const workedOutWords = bilingual({
  zh: {
    perDay: (value: string) => `${value}/天`,
    usually: (now: string, usual: string) => `速率 ${now}（平常 ${usual}）`,
    failure: (time: string) => `照此约 ${time}后失稳`,
    angle: (degrees: string) => `切线角 ${degrees}°`,
    band: { level: '偏离', drift: '漂移', spread: '离散' },
    atMost: (now: string, limit: string) => `${now}（平常不超过 ${limit}）`,
    reference: (mean: string, sd: string) => `平常均值 ${mean}，标准差 ${sd}`,
    novelty: (location: string, scale: string) => `平常在 ${location} 上下，波动约 ${scale}`,
    comma: '，',
  },
  en: {
    perDay: (value) => `${value}/day`,
    usually: (now, usual) => `moving ${now} (usually ${usual})`,
    failure: (time) => `fails in about ${time} at this rate`,
    angle: (degrees) => `tangent angle ${degrees}°`,
    band: { level: 'off by', drift: 'drift', spread: 'spread' },
    atMost: (now, limit) => `${now} (usually up to ${limit})`,
    reference: (mean, sd) => `usual mean ${mean}, standard deviation ${sd}`,
    novelty: (location, scale) => `usually about ${location}, moving by about ${scale}`,
    comma: ', ',
  },
});
