/**
 * What is said of doing something to an alert: the buttons, what each asks for, and that it was not done.
 */
import type { User } from '../../../src/api/schemas/session.ts';
import { bilingual } from '../../words/language.ts';

type Names = Readonly<Record<User['role'], string>>;

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
    /** 缺什么，写在该项旁边。 */
    missing: { text: (field: string) => `请填写“${field}”`, points: '请勾选要解除保持的测点' },
    roles: {
      viewer: '只读账号',
      operator: '操作员',
      'shift-lead': '班长',
      'safety-director': '安全总监',
      'park-duty': '园区值班',
      'county-duty': '县应急值班',
      'city-duty': '市应急值班',
      'province-duty': '省应急值班',
      leader: '领导',
      auditor: '审计',
      admin: '系统管理员',
    } as Names,
    orAbove: (roles: readonly string[]) => `${roles.join('、')}或以上`,
    /** 现在不能做的操作不提供按钮，但说明原因。 */
    notNow: (act: string, why: string) => `${act}：${why}`,
    needs: {
      role: (who: string, grade: string) => `须由${who}操作，因最高曾达${grade}`,
      level: (level: string, grade: string) => `须由${level}级或以上值守操作，因最高曾达${grade}`,
      second: (who: string) => `第二人须为${who}`,
    },
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
      two: (who: string) => `发出后尚未关闭：还须第二人（${who}）确认`,
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
    missing: { text: (field) => `Please fill in “${field}”`, points: 'Please tick the points to let go of' },
    roles: {
      viewer: 'viewer',
      operator: 'operator',
      'shift-lead': 'shift lead',
      'safety-director': 'safety director',
      'park-duty': 'park duty officer',
      'county-duty': 'county duty officer',
      'city-duty': 'city duty officer',
      'province-duty': 'province duty officer',
      leader: 'leader',
      auditor: 'auditor',
      admin: 'administrator',
    },
    orAbove: (roles) => `${roles.join(', ')} or above`,
    notNow: (act, why) => `${act}: ${why}`,
    needs: {
      role: (who, grade) => `needs ${who}, because its worst grade was ${grade}`,
      level: (level, grade) => `needs ${level} level or above, because its worst grade was ${grade}`,
      second: (who) => `the second person must be ${who}`,
    },
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
      two: (who) => `Not closed with this: a second person (${who}) still has to confirm`,
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
