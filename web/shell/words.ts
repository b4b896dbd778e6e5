/**
 * What the frame says: sign-in, header, bars, banner.
 */
import { bilingual } from '../words/language.ts';

export const shellWords = bilingual({
  zh: {
    unacknowledged: '未确认',
    signIn: {
      title: '登录',
      user: '用户名',
      password: '密码',
      submit: '登录',
      busy: '正在登录…',
      again: '重新登录',
      wait: (seconds: number) => `请在 ${seconds} 秒后再试`,
    },
    signOut: '退出',
    theme: { dark: '深色', light: '浅色' },
    link: {
      waiting: '正在连接…',
      live: (seconds: string) => `实时 ${seconds} s`,
      liveSince: (age: string) => `实时 · 最新数据 ${age}前`,
      quiet: (age: string) => `连接正常，无新数据 ${age}`,
      noData: '启动以来无数据',
      behind: (seconds: string) => `数据滞后 ${seconds} s`,
      reconnecting: (seconds: string) => `正在重连 ${seconds} s`,
      lost: (seconds: string) => `连接中断 ${seconds} s`,
      lostBar: (seconds: string) => `连接中断 ${seconds} 秒：以下内容已停止更新，不代表现场现状`,
      behindBar: (seconds: string) => `数据滞后 ${seconds} 秒：以下内容不是现场现状`,
      refused: (why: string) => `实时连接已断开：${why}`,
      disagreement: '列表与服务器核对不一致，请以电话核实',
    },
    health: {
      unknown: '系统状态未知',
      ok: '系统正常',
      degraded: '系统降级',
      failing: '系统故障',
      unsaved: '存储故障·数据未保存',
    },
    readOnly: '会话已过期：只能查看，操作前请重新登录',
    banner: {
      none: '没有未确认的报警',
      more: (count: number) => `另有 ${count} 条未确认`,
      closings: (count: number) => `${count} 条申请关闭，待第二人确认`,
    },
  },
  en: {
    unacknowledged: 'unack.',
    signIn: {
      title: 'Sign in',
      user: 'User',
      password: 'Password',
      submit: 'Sign in',
      busy: 'Signing in…',
      again: 'Sign in again',
      wait: (seconds) => `Try again in ${seconds} s`,
    },
    signOut: 'Sign out',
    theme: { dark: 'Dark', light: 'Light' },
    link: {
      waiting: 'Connecting…',
      live: (seconds) => `Live ${seconds} s`,
      liveSince: (age) => `Live · newest data ${age} ago`,
      quiet: (age) => `Connected, no new data for ${age}`,
      noData: 'No data since start',
      behind: (seconds) => `Data behind ${seconds} s`,
      reconnecting: (seconds) => `Reconnecting ${seconds} s`,
      lost: (seconds) => `Link lost ${seconds} s`,
      lostBar: (seconds) => `Link lost for ${seconds} s: what is below has stopped and is not the plant as it is now`,
      behindBar: (seconds) => `Data is ${seconds} s behind: what is below is not the plant as it is now`,
      refused: (why) => `The live connection has ended: ${why}`,
      disagreement: 'The list does not agree with the service: verify by telephone',
    },
    health: {
      unknown: 'System state unknown',
      ok: 'System normal',
      degraded: 'System degraded',
      failing: 'System failing',
      unsaved: 'Storage fault · data not saved',
    },
    readOnly: 'Session expired: you may look on; sign in again to act',
    banner: {
      none: 'No unacknowledged alerts',
      more: (count) => `${count} more unacknowledged`,
      closings: (count) => `${count} to close: a second person is needed`,
    },
  },
});
