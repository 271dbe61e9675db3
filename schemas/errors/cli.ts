// Errors of the command line.
import type { Entry } from './entry.ts'

export const cliErrors = {
  HUB_CLI_NO_HUB: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({ en: `no hub answers at ${f.host}:${f.port}`, zh: `${f.host}:${f.port} 没有运行中的枢纽` }),
    todo: { en: 'start it with `npm start`, or set HUB_HTTP_PORT', zh: '请用 `npm start` 启动,或设置 HUB_HTTP_PORT' },
  },
  HUB_CLI_REFUSED: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `the hub answered ${f.status} ${f.code ?? ''}`, zh: `枢纽返回 ${f.status} ${f.code ?? ''}` }),
    todo: { en: 'look the code up in ops/handbook/errors.md', zh: '请在 ops/handbook/errors.md 中查阅该代码' },
  },
  HUB_CLI_BENCH: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the bench broke: ${f.process} ${f.what}`,
      zh: `性能测试中断:${f.process} ${f.what}`,
    }),
    todo: {
      en: 'run this part alone (`npm run bench -- <part>`) on a machine that is not busy',
      zh: '请在空闲的机器上单独运行该部分(`npm run bench -- <部分>`)',
    },
  },
} as const satisfies Record<string, Entry>
