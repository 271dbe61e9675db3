// The behaviours that can be missing, each with what a developer does about it. Codes are stable: reports are compared by them.
import type { Words } from '#schemas/exchanges.ts'
import type { Finding } from './types.ts'

interface Entry {
  readonly missing: Words
  readonly mend: Words
}

const incoming = {
  NO_CALL: {
    missing: { zh: '未收到该系统的任何调用', en: 'the system sends nothing' },
    mend: {
      zh: '请核对枢纽地址、系统编号和报文名(POST /in/{系统}/{报文}),并确认测试系统能访问枢纽',
      en: 'check the address, the system id and the message name (POST /in/{system}/{message}), and that the test system reaches the hub',
    },
  },
  NOT_SIGNED: {
    missing: { zh: '调用未正确认证', en: 'calls are not signed as the hub needs it' },
    mend: {
      zh: '请按系统约定的方式认证:使用分配的密钥,签名方法、路径、参数、时间,时钟误差不超过 90 秒',
      en: 'sign with the key that was given, over method, path, query and date, by a clock at most 90 seconds off; a token goes where the contract says',
    },
  },
  SAME_SIGNATURE: {
    missing: { zh: '两件不同的报文使用了同一签名', en: 'two different messages bear one signature' },
    mend: {
      zh: '签名精确到秒且不含正文:同一地址每秒只签一件,或加入 query 参数使签名不同',
      en: 'a signature is dated by the second and holds no body: sign one message a second for one address, or add a query parameter that differs',
    },
  },
  NOT_UNDERSTOOD: {
    missing: { zh: '报文不符合契约', en: 'messages do not fit the contract' },
    mend: {
      zh: '请查看证据中的字段位置和规则,并与 contract/ 中的报文定义对照',
      en: 'the evidence names the pointer and the rule; compare the message with contract/',
    },
  },
  NOT_NEW: {
    missing: { zh: '报文没有带来新内容', en: 'a message brings nothing new' },
    mend: {
      zh: '请用新的案件或新的办理状态重新报送;枢纽已收到过相同内容',
      en: 'send a case or a state that the hub does not know yet; this content came before',
    },
  },
  OTHER_NUMBER: {
    missing: { zh: '同一案件的更新没有沿用原编号', en: 'an update does not bear the number of its case' },
    mend: {
      zh: '同一案件的后续报文必须使用首次报送的本系统编号',
      en: 'later messages of a case bear the own number with which it was first sent',
    },
  },
  STATUS_NOT_REACHED: {
    missing: { zh: '案件未达到要求的状态', en: 'the case does not reach a status that is asked for' },
    mend: {
      zh: '请核对状态字段:未知的状态代码会记为 UNKNOWN,见回执中的 flaws',
      en: 'check the field of the status: a word that no value table knows becomes UNKNOWN; the receipt names it under flaws',
    },
  },
  INVALID: {
    missing: { zh: '报文被收下,但无法转换', en: 'a message is stored but cannot be translated' },
    mend: { zh: '请查看该回执的 problem', en: 'look at `problem` of the receipt, `hub trace <message id>` shows it' },
  },
  NO_REPEAT: {
    missing: { zh: '未观察到重复报送', en: 'the same message does not come a second time' },
    mend: {
      zh: '未收到 2xx 回答时系统应原样重发;请不加改动地再发一次',
      en: 'a system that heard no 2xx sends the same bytes again; send the message once more, unchanged',
    },
  },
  REPEAT_CHANGED: {
    missing: { zh: '重发的报文与原报文不同', en: 'a repeat is another message' },
    mend: {
      zh: '重发时编号、业务时间和内容都不能变;仅传输时间可以变化',
      en: 'number, business time and content of a repeat stay as they were; only transport times may differ',
    },
  },
  NO_REFUSAL: {
    missing: { zh: '未观察到应被拒绝的调用', en: 'a call that must be turned away was not made' },
    mend: { zh: '请按说明发送一次有错误的调用', en: 'make the faulty call that the exchange describes, once' },
  },
  CLOCK: {
    missing: { zh: '系统时钟不准', en: 'the clock of the system is off' },
    mend: { zh: '请启用时间同步(NTP)', en: 'keep the clock by NTP' },
  },
  CHARSET: {
    missing: { zh: '中文在传输中损坏', en: 'Chinese text arrives broken' },
    mend: {
      zh: 'Content-Type 中的字符集必须与实际编码一致(UTF-8 或 GB18030)',
      en: 'the charset of the content type must be the one in which the bytes are written (UTF-8 or GB18030)',
    },
  },
  NO_CHINESE: {
    missing: { zh: '报文中没有中文内容', en: 'no message holds Chinese text' },
    mend: { zh: '请报送含有中文的案件', en: 'send a case with Chinese text in it' },
  },
} as const satisfies Record<string, Entry>

const outgoing = {
  NOT_TRIED: {
    missing: { zh: '枢纽未能发起投递', en: 'the hub did not try to deliver' },
    mend: {
      zh: '系统可能已暂停、前一件仍受阻,或订阅过滤条件排除了该案件',
      en: 'the system may be paused, an earlier event of the case may be stuck, or the filter of the subscription leaves the case out',
    },
  },
  UNREACHABLE: {
    missing: { zh: '系统地址无法连接', en: 'nothing listens at the address of the system' },
    mend: {
      zh: '请核对系统配置中的 url 和网络',
      en: 'check `url` of the system in the configuration, and the network',
    },
  },
  NO_ANSWER: {
    missing: { zh: '系统不回答', en: 'the system does not answer' },
    mend: {
      zh: '请在 15 秒内回答;耗时的办理应在回答之后进行',
      en: 'answer within 15 seconds; what takes longer is done after the answer',
    },
  },
  UNREADABLE_ANSWER: {
    missing: { zh: '系统的回答无法识别', en: 'the answer of the system cannot be read' },
    mend: {
      zh: '成功、已存在、拒绝都必须按契约的格式和代码回答;不得在 HTTP 200 中返回其他内容',
      en: 'success, already there and refusal are answered in the shape and with the codes of the contract; HTTP 200 with anything else in it says nothing',
    },
  },
  SERVER_ERROR: {
    missing: { zh: '系统一直返回错误', en: 'the system keeps failing' },
    mend: { zh: '请查看测试系统的日志', en: 'look at the log of the test system' },
  },
  HUB_NOT_LET_IN: {
    missing: { zh: '系统不接受枢纽的凭据', en: 'the system does not let the hub in' },
    mend: {
      zh: '请核对分配给枢纽的凭据与系统配置 outbound.credentials 是否一致',
      en: 'the credentials that the system expects and `outbound.credentials` in the configuration must be the same',
    },
  },
  REFUSED: {
    missing: { zh: '系统拒绝了应当受理的交办', en: 'the system refuses what it should take in' },
    mend: {
      zh: '证据中列有系统返回的代码;请核对必填项和业务规则',
      en: 'the evidence names the code that the system answered; check what it requires',
    },
  },
  ALREADY_THERE: {
    missing: { zh: '系统把新的交办当作重复', en: 'the system takes something new for a repeat' },
    mend: {
      zh: '判断重复应以推送编号为准,不能以标题、当事人等内容为准',
      en: 'recognise a repeat by the id of the push, not by title or persons',
    },
  },
  NO_OWN_NUMBER: {
    missing: { zh: '交办没有以本系统编号返回', en: 'a hand-over does not come back with a number of the system' },
    mend: {
      zh: '受理后应在回答(或回调)中给出本系统编号,并能与交办对应;另一案件已有的编号不算',
      en: 'give the own number in the answer (or in the callback) and name the push or the case with it; a number that another case has already does not count',
    },
  },
  SECOND_RECORD: {
    missing: { zh: '第二份相同的推送产生了第二条记录', en: 'a second copy makes a second record' },
    mend: {
      zh: '请记住推送编号:再次收到时返回已有编号,不再新建',
      en: 'remember the id of the push: when it comes again, answer with the number that is there and open nothing',
    },
  },
  REPEAT_NOT_NAMED: {
    missing: { zh: '第二份相同的推送未按约定回答', en: 'a second copy is not answered as agreed' },
    mend: {
      zh: '该类系统对重复推送应回答"已存在"(见 manifest 的 repeats)',
      en: 'a system of this kind answers a second copy with "already there" (`repeats` in the manifest)',
    },
  },
  LOOK_UP_FAILED: {
    missing: { zh: '查询接口未按约定回答', en: 'the look-up does not answer as agreed' },
    mend: {
      zh: '按推送编号查询:已有则返回编号,没有则明确返回不存在',
      en: 'asked by the id of the push, say the number that is there, or clearly that there is none',
    },
  },
  LOOK_UP_INVENTS: {
    missing: { zh: '查询接口声称存在从未推送的内容', en: 'the look-up claims to have what was never sent' },
    mend: { zh: '没有该推送时必须回答不存在', en: 'say "not there" for an id that never came' },
  },
  NOT_REFUSED: {
    missing: { zh: '系统没有拒绝', en: 'the system does not refuse' },
    mend: { zh: '请在本步骤中让系统退回一件', en: 'let the system refuse one while this exchange runs' },
  },
  NO_OUTAGE: {
    missing: { zh: '未观察到系统故障', en: 'no failure was seen' },
    mend: {
      zh: '请在本步骤开始后让系统停止服务(或返回 503)数秒,再恢复',
      en: 'let the system be down, or answer 503, for some seconds while this exchange runs, then let it come back',
    },
  },
  NOT_RECOVERED: {
    missing: { zh: '故障恢复后没有收下再次投递', en: 'the system does not take it in when the hub comes again' },
    mend: {
      zh: '恢复后应正常受理枢纽的再次投递',
      en: 'after a failure the same push comes again and must be taken in',
    },
  },
  NO_SUBSCRIPTION: {
    missing: { zh: '系统没有订阅,无法投递', en: 'the system has no subscription that can be delivered to' },
    mend: {
      zh: '请在沙箱配置中为该系统增加 door: {kind: native} 的订阅和 serves',
      en: 'give the system a subscription with `door: {kind: native}`, and `serves`, in the configuration of the sandbox',
    },
  },
} as const satisfies Record<string, Entry>

const findings = { ...incoming, ...outgoing }

export type FindingCode = keyof typeof findings

export function finding(code: FindingCode): Finding {
  return { code, ...findings[code] }
}

export function failed(code: FindingCode): { readonly kind: 'failed'; readonly finding: Finding } {
  return { kind: 'failed', finding: finding(code) }
}
