/**
 * What the desk says around its alerts.
 */
import { bilingual } from '../../words/language.ts';

export const deskWords = bilingual({
  zh: {
    page: '值班台',
    title: '报警列表',
    owed: '未确认',
    handled: '已确认，或不需本席确认',
    empty: '没有报警',
    order: '未确认优先 · 等级 · 时间',
    waiting: (count: number) => `列表已按住，另有 ${count} 条新报警`,
    columns: {
      grade: '等级',
      time: '时间',
      point: '测点 / 风险',
      place: '位置',
      value: '当前值（限值）',
      state: '状态',
      action: '操作',
    },
    more: (count: number) => `等 ${count} 点`,
    filters: {
      hazard: '风险报警',
      device: '设备报警',
      red: '红',
      orange: '橙',
      yellow: '黄',
      blue: '蓝',
      handled: '处置中',
      hides: (count: number) => `已隐藏 ${count}`,
      all: '全部显示',
    },
    keys: 'J K 移动 · A 确认 · Enter 详情 · 1–4 只看一级，0 全部',
  },
  en: {
    page: 'Desk',
    title: 'Alerts',
    owed: 'Unacknowledged',
    handled: 'Acknowledged, or not for this desk',
    empty: 'No alerts',
    order: 'unacknowledged first · grade · time',
    waiting: (count) => `List held; ${count} new`,
    columns: {
      grade: 'Grade',
      time: 'Time',
      point: 'Point / hazard',
      place: 'Place',
      value: 'Value (limit)',
      state: 'State',
      action: 'Action',
    },
    more: (count) => `${count} points`,
    filters: {
      hazard: 'Hazards',
      device: 'Devices',
      red: 'Red',
      orange: 'Orange',
      yellow: 'Yellow',
      blue: 'Blue',
      handled: 'In hand',
      hides: (count) => `${count} hidden`,
      all: 'Show all',
    },
    keys: 'J K move · A ack · Enter detail · 1–4 one grade, 0 all',
  },
});
