/**
 * Durations and the units that are words.
 */
import { bilingual } from './language.ts';

export const unitWords = bilingual({
  zh: {
    people: '人',
    event: '次',
    /** 时间单位作数值单位时写中文；mm/d 等合成单位照写。 */
    times: { s: '秒', min: '分钟', h: '小时', d: '天' } as Readonly<Record<string, string>>,
    duration: (days: number, hours: number, minutes: number, seconds: number) => {
      if (days > 0) return `${days} 天 ${hours} 时`;
      if (hours > 0) return `${hours} 时 ${minutes} 分`;
      return minutes > 0 ? `${minutes} 分 ${seconds} 秒` : `${seconds} 秒`;
    },
  },
  en: {
    people: 'people',
    event: 'events',
    times: { s: 's', min: 'min', h: 'h', d: 'd' },
    duration: (days, hours, minutes, seconds) => {
      if (days > 0) return `${days} d ${hours} h`;
      if (hours > 0) return `${hours} h ${minutes} min`;
      return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`;
    },
  },
});
