/**
 * Durations and the units that are words.
 */
import { bilingual } from './language.ts';

export const unitWords = bilingual({
  zh: {
    people: '人',
    duration: (days: number, hours: number, minutes: number, seconds: number) => {
      if (days > 0) return `${days} 天 ${hours} 时`;
      if (hours > 0) return `${hours} 时 ${minutes} 分`;
      return minutes > 0 ? `${minutes} 分 ${seconds} 秒` : `${seconds} 秒`;
    },
  },
  en: {
    people: 'people',
    duration: (days, hours, minutes, seconds) => {
      if (days > 0) return `${days} d ${hours} h`;
      if (hours > 0) return `${hours} h ${minutes} min`;
      return minutes > 0 ? `${minutes} min ${seconds} s` : `${seconds} s`;
    },
  },
});
