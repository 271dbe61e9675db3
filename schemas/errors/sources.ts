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
} as const satisfies Record<string, Entry>
