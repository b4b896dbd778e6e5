/**
 * Words that belong to no part alone: the product, and what every dialog and list says.
 */
import { bilingual } from './language.ts';

export const screenWords = bilingual({
  zh: {
    locale: 'zh-CN',
    product: '烽火',
    title: '安全生产风险监测预警',
    otherLanguage: 'English',
    loading: '正在读取报警…',
    colon: '：',
    action: {
      acknowledge: '确认',
      detail: '详情',
      cancel: '取消',
      dismiss: '知道了',
    },
  },
  en: {
    locale: 'en-GB',
    product: 'Fenghuo',
    title: 'Risk monitoring & early warning',
    otherLanguage: '中文',
    loading: 'Reading alerts…',
    colon: ': ',
    action: {
      acknowledge: 'Ack',
      detail: 'Detail',
      cancel: 'Cancel',
      dismiss: 'OK',
    },
  },
});
