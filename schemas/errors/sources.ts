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
  HUB_SOURCE_TABLE: {
    stage: 'receive',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the database of system ${f.system} does not let the hub use the table ${f.table} as the manifest says (${f.cause})`,
      zh: `系统 ${f.system} 的数据库不允许枢纽按 manifest 使用表 ${f.table}(${f.cause})`,
    }),
    todo: {
      en: "look the code up in the database's manual: names of tables and columns, rights of the hub's user; the hub tries again by itself",
      zh: '请按数据库手册查询该代码,检查表名、列名和枢纽账号权限;枢纽会自动重试',
    },
  },
  HUB_SOURCE_ROW: {
    stage: 'receive',
    retryable: false,
    status: 422,
    says: f => ({
      en: `a row of the table cannot be read at ${f.pointer} (${f.rule})`,
      zh: `表中一行在 ${f.pointer} 处无法读取(${f.rule})`,
    }),
    todo: {
      en: "complete the row and set its state to new again; the tables and columns stand in transport.table of the connector's manifest",
      zh: '请补全该行并将其状态重新置为待交互;表和列见该连接器 manifest 的 transport.table',
    },
  },
} as const satisfies Record<string, Entry>
