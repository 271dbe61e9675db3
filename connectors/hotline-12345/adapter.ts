// What the call centre's form exchange needs beyond a declared transport: its token, its answer shape, its row look-up.
import {
  type Adapter,
  bodyOf,
  codeOf,
  type DeliveryOutcome,
  formRequest,
  type HttpAnswer,
  type ItemResult,
  type Json,
  type JsonObject,
  jsonAnswer,
  type OutboundCall,
  objectOf,
  outcomeOfStatus,
  readForm,
} from '../sdk.ts'

/** Where the call centre takes results in, and where it tells whether it has a row (both assumed). */
export const resultPath = '/hotline/exchange/result'
export const lookUpPath = '/hotline/exchange/result/query'

// The caller marks a ticket named in conflictStr as "key is there already" and stops sending it; so only a true repeat is named.
function answerOrders(items: readonly ItemResult[]): HttpAnswer {
  const named = (...statuses: readonly ItemResult['status'][]): string | null => {
    const found = items.filter(item => statuses.includes(item.status)).map(item => item.numbers[0] ?? `#${item.index}`)
    return found.length > 0 ? found.join(',') : null
  }
  const failed = items.filter(item => item.status === 'refused' || item.status === 'conflict')
  const first = failed[0]?.problem
  return jsonAnswer(200, {
    code: failed.length > 0 ? '1' : '0',
    msg: first ? `${first.code} ${first.zh}` : '成功',
    successStr: named('accepted'),
    conflictStr: named('duplicate', 'conflict'),
    failSituationList: failed.length > 0 ? failed.map(failure) : null,
  })
}

function failure(item: ItemResult): Json {
  return {
    index: item.index,
    sxfjbh: item.numbers[0] ?? null,
    code: item.problem?.code ?? item.status,
    msg: item.problem?.zh ?? '',
    msgEn: item.problem?.en ?? '',
    pointer: item.problem?.pointer ?? null,
    rule: item.problem?.rule ?? null,
  }
}

function requestFeedback(call: OutboundCall): ReturnType<NonNullable<Adapter['request']>> {
  return formRequest(resultPath, {
    httpRequestVerify: call.credentials.token ?? '',
    jsonData: JSON.stringify([call.native]),
  })
}

function feedbackOutcome(answer: HttpAnswer, call: OutboundCall): DeliveryOutcome {
  const said = readAnswer(answer)
  if ('kind' in said) return said
  if (holds(said.tree.successStr, call.deliveryId)) return { kind: 'delivered' }
  if (holds(said.tree.conflictStr, call.deliveryId)) return { kind: 'conflict' }
  if (said.tree.code === 'TOKEN') return { kind: 'retry', code: 'TOKEN' }
  const failures = said.tree.failSituationList
  if (Array.isArray(failures) && failures.length > 0)
    return { kind: 'refused', code: codeOf(objectOf(failures[0])?.code) }
  return said.tree.code === '0' ? { kind: 'unknown', code: 'ROW_NOT_NAMED' } : { kind: 'refused', code: 'REFUSED' }
}

function lookUpOutcome(answer: HttpAnswer): DeliveryOutcome | undefined {
  const said = readAnswer(answer)
  if ('kind' in said) return said
  if (said.tree.code !== '0') return { kind: 'retry', code: codeOf(said.tree.code) }
  return said.tree.data ? { kind: 'delivered' } : undefined
}

function readAnswer(answer: HttpAnswer): DeliveryOutcome | { readonly tree: JsonObject } {
  if (answer.status >= 400) return outcomeOfStatus(answer)
  const tree = bodyOf(answer)
  return tree ? { tree } : { kind: 'unknown', code: 'UNREADABLE' }
}

function holds(list: Json | undefined, id: string): boolean {
  return typeof list === 'string' && list.split(',').includes(id)
}

export const adapter: Adapter = {
  token: request => readForm(request).httpRequestVerify,
  answer: answerOrders,
  request: requestFeedback,
  outcome: feedbackOutcome,
  lookUp: {
    request: call =>
      formRequest(lookUpPath, { httpRequestVerify: call.credentials.token ?? '', blid: call.deliveryId }),
    outcome: lookUpOutcome,
  },
}
