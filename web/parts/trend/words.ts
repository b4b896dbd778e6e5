/**
 * What a trend says.
 */
import { bilingual } from '../../words/language.ts';

export const trendWords = bilingual({
  zh: {
    loading: '正在读取…',
    neverSeen: '此测点从未有数据',
    noData: '无数据',
    stopped: '已停止更新',
    forecast: '预测',
    failed: '历史数据读取失败',
    points: '存疑或测试数据',
    sentence: (name: string, value: string, rows: number) => `${name} 近一小时趋势，最新 ${value}，共 ${rows} 个数据`,
    sentenceThen: (name: string, value: string, rows: number) =>
      `${name} 报警当时的趋势，最后 ${value}，共 ${rows} 个数据`,
  },
  en: {
    loading: 'Reading…',
    neverSeen: 'This point has never sent data',
    noData: 'no data',
    stopped: 'stopped',
    forecast: 'forecast',
    failed: 'History could not be read',
    points: 'uncertain or test data',
    sentence: (name, value, rows) => `Trend of ${name} over the last hour, newest ${value}, ${rows} readings`,
    sentenceThen: (name, value, rows) => `Trend of ${name} when the alert stood, last ${value}, ${rows} readings`,
  },
});
