/**
 * What is said of doing something to an alert.
 */
import { bilingual } from '../../words/language.ts';

export const commandWords = bilingual({
  zh: {
    verify: '已核实',
    reset: '复位',
    close: '关闭',
    note: '说明',
    askNote: '确认说明',
    notes: ['现场核实中', '已通知企业', '误报', '检修'],
    cause: '原因',
    closing: {
      ask: '关闭报警',
      confirm: '确认关闭',
      asked: (who: string, why: string) => `${who} 申请关闭：${why}`,
      waiting: '待第二人确认',
      two: '红色报警须由第二人确认后才关闭',
    },
    failed: {
      acknowledge: '确认未成功',
      comment: '说明未写入',
      verify: '核实未成功',
      reset: '复位未成功',
      close: '关闭未成功',
    },
  },
  en: {
    verify: 'Verified',
    reset: 'Reset',
    close: 'Close',
    note: 'Note',
    askNote: 'Acknowledge with a note',
    notes: ['Being verified on site', 'Enterprise informed', 'False alarm', 'Maintenance'],
    cause: 'Cause',
    closing: {
      ask: 'Close the alert',
      confirm: 'Confirm closing',
      asked: (who, why) => `${who} asks to close it: ${why}`,
      waiting: 'waits for a second person',
      two: 'A red alert is closed only when a second person confirms',
    },
    failed: {
      acknowledge: 'Not acknowledged',
      comment: 'Note not written',
      verify: 'Not marked verified',
      reset: 'Not reset',
      close: 'Not closed',
    },
  },
});
