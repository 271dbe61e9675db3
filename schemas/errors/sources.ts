// Errors of what the hub fetches itself: databases, folders and pages of other systems.
import type { Entry } from './entry.ts'

export const sourceErrors = {
  HUB_SOURCE_UNREACHABLE: {
    stage: 'receive',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the ${f.way} of system ${f.system} cannot be reached (${f.cause})`,
      zh: `无法访问系统 ${f.system} 的 ${f.way}(${f.cause})`,
    }),
    todo: {
      en: 'the hub tries again by itself; check address, credentials and network of this way in the configuration',
      zh: '枢纽会自动重试;请检查配置中该通道的地址、凭据和网络',
    },
  },
  HUB_SOURCE_ANSWER: {
    stage: 'receive',
    retryable: true,
    status: 0,
    says: f => ({
      en: `system ${f.system} answered the hub's question for ${f.message} with no page (${f.cause})`,
      zh: `系统 ${f.system} 对枢纽查询 ${f.message} 的应答不是有效页面(${f.cause})`,
    }),
    todo: {
      en: "nothing was passed over: the hub asks again; if it goes on, compare the answer with transport.poll in the connector's manifest",
      zh: '未遗漏任何数据:枢纽会再次查询;如持续出现,请对照该连接器 manifest 的 transport.poll 检查应答',
    },
  },
} as const satisfies Record<string, Entry>
