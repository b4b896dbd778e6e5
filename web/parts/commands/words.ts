/**
 * What is said of doing something to an alert: the buttons, what each asks for, and that it was not done.
 */
import { bilingual } from '../../words/language.ts';

export const commandWords = bilingual({
  zh: {
    verify: '核实',
    comment: '说明',
    reset: '复位',
    release: '解除保持',
    close: '关闭',
    note: '说明',
    cause: '原因',
    heldBlind: '失去监测、保持末值的测点',
    /** 每种操作要求写明什么；`means` 说明后果。 */
    asks: {
      acknowledge: {
        title: '确认报警',
        means: '',
        note: '说明',
        notes: ['已知悉', '现场核实中', '已通知企业', '误报', '检修'],
        send: '确认',
      },
      verify: {
        title: '核实报警',
        means: '写明如何核实、情况如何。核实之后，等级才可能随读数降到黄色以下。',
        note: '核实情况',
        notes: ['现场核实属实', '视频核实属实', '电话核实属实', '现场核实为误报'],
        send: '记为已核实',
      },
      comment: { title: '写入说明', means: '', note: '说明', notes: [], send: '写入' },
      release: {
        title: '解除保持',
        means: '所选测点不再计入本报警；重新收到其数据之前，按无人监测计。',
        note: '理由',
        notes: ['探头已拆除', '探头更换中', '装置停用'],
        send: '确认解除',
      },
    },
    closing: {
      ask: '关闭报警',
      confirm: '确认关闭',
      asked: (who: string, why: string) => `${who} 申请关闭：${why}`,
      waiting: '待第二人确认',
      two: '红色报警须由第二人确认后才关闭',
    },
    because: (what: string, why: string, who: string) => `${what}：${why}${who === '' ? '' : `（${who}）`}`,
    failed: {
      acknowledge: '确认未成功',
      comment: '说明未写入',
      verify: '核实未成功',
      reset: '复位未成功',
      release: '解除保持未成功',
      close: '关闭未成功',
    },
  },
  en: {
    verify: 'Verify',
    comment: 'Note',
    reset: 'Reset',
    release: 'Let go',
    close: 'Close',
    note: 'Note',
    cause: 'Cause',
    heldBlind: 'Points held without sight, at their last value',
    asks: {
      acknowledge: {
        title: 'Acknowledge the alert',
        means: '',
        note: 'Note',
        notes: ['Seen', 'Being verified on site', 'Enterprise informed', 'False alarm', 'Maintenance'],
        send: 'Acknowledge',
      },
      verify: {
        title: 'Verify the alert',
        means: 'Say how it was verified and what was found. Only after that may the grade come down below yellow.',
        note: 'What was found',
        notes: ['Confirmed on site', 'Confirmed by camera', 'Confirmed by telephone', 'False alarm, seen on site'],
        send: 'Mark as verified',
      },
      comment: { title: 'Write a note', means: '', note: 'Note', notes: [], send: 'Write' },
      release: {
        title: 'Let go of held points',
        means: 'The chosen points count in this alert no more; until they send again, nobody watches there.',
        note: 'Reason',
        notes: ['Detector removed', 'Detector being replaced', 'Unit out of use'],
        send: 'Let go',
      },
    },
    closing: {
      ask: 'Close the alert',
      confirm: 'Confirm closing',
      asked: (who, why) => `${who} asks to close it: ${why}`,
      waiting: 'waits for a second person',
      two: 'A red alert is closed only when a second person confirms',
    },
    because: (what, why, who) => `${what}: ${why}${who === '' ? '' : ` (${who})`}`,
    failed: {
      acknowledge: 'Not acknowledged',
      comment: 'Note not written',
      verify: 'Not marked verified',
      reset: 'Not reset',
      release: 'Not let go',
      close: 'Not closed',
    },
  },
});
