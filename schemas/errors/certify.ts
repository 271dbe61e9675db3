// Errors of self-certification.
import type { Entry } from './entry.ts'

export const certifyErrors = {
  HUB_CERTIFY_NO_SANDBOX: {
    stage: 'registry',
    retryable: false,
    status: 403,
    says: () => ({
      en: 'this hub is no sandbox: a certification makes cases, which a hub with real cases must not hold',
      zh: '本枢纽不是沙箱:自助认证会生成测试案件,不得在承载真实案件的枢纽上进行',
    }),
    todo: {
      en: 'run it against the demo, or against a hub whose configuration says `sandbox: true`',
      zh: '请在演示环境或配置了 `sandbox: true` 的枢纽上进行',
    },
  },
  HUB_CERTIFY_SCRIPT: {
    stage: 'registry',
    retryable: false,
    status: 409,
    says: f => ({
      en: `connectors/${f.connector}/exchanges.yaml cannot be used: ${f.fault}`,
      zh: `connectors/${f.connector}/exchanges.yaml 无法使用:${f.fault}`,
    }),
    todo: { en: 'mend the file; `hub lint` names every fault', zh: '请修正该文件,`hub lint` 会列出全部问题' },
  },
  HUB_CERTIFY_RUNNING: {
    stage: 'registry',
    retryable: true,
    status: 409,
    says: f => ({
      en: `a certification of ${f.system} is under way: ${f.id}`,
      zh: `系统 ${f.system} 的认证 ${f.id} 正在进行`,
    }),
    todo: {
      en: 'wait for its end, or stop it by POST /admin/certifications/{id}/stop',
      zh: '请等待其结束,或调用 POST /admin/certifications/{id}/stop 中止',
    },
  },
  HUB_CERTIFY_UNKNOWN: {
    stage: 'registry',
    retryable: false,
    status: 404,
    says: f => ({ en: `there is no such certification or exchange: ${f.id}`, zh: `没有该认证或步骤:${f.id}` }),
    todo: {
      en: 'take the id from the answer that began it; after a restart begin a new one',
      zh: '请使用开始认证时返回的编号;枢纽重启后请重新开始',
    },
  },
  HUB_CERTIFY_ORDER: {
    stage: 'registry',
    retryable: false,
    status: 400,
    says: () => ({
      en: 'a certification needs {"system": "<id>"}, and `withinSeconds` as a whole number where it is given',
      zh: '开始认证需要 {"system": "<系统编号>"};withinSeconds 如有则为正整数',
    }),
    todo: { en: '`hub systems` lists the systems', zh: '可用 `hub systems` 查看系统列表' },
  },
} as const satisfies Record<string, Entry>
