/** What the history page says. */
import { bilingual } from '../../words/language.ts';

export const historyWords = bilingual({
  zh: {
    title: '历史报警',
    span: '时间范围',
    hours: (hours: number) => (hours < 100 ? `近 ${hours} 小时` : `近 ${hours / 24} 天`),
    back: '返回值班台',
    columns: { raised: '发生', grade: '最高等级', what: '测点 / 风险', where: '位置', state: '状态' },
    none: '这段时间没有报警',
    failed: '未能读取历史报警',
    more: (shown: number) => `只显示最新 ${shown} 条，请缩短时间范围`,
  },
  en: {
    title: 'Past alerts',
    span: 'Time span',
    hours: (hours) => (hours < 100 ? `last ${hours} h` : `last ${hours / 24} days`),
    back: 'Back to the desk',
    columns: { raised: 'Raised', grade: 'Worst', what: 'Point / hazard', where: 'Place', state: 'State' },
    none: 'No alerts in this time',
    failed: 'The past alerts could not be read',
    more: (shown) => `Only the newest ${shown} are shown: choose a shorter time`,
  },
});
