import { describe, expect, it } from 'vitest'
import { kit, opened, unreachable } from '../../../helpers/front-door.ts'

const no = '浙杭西湖劳人仲案[2026]0123号'
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })

describe('a message with an idempotency key', () => {
  it('sent twice has the same receipt and is stored once', async () => {
    const { post, records } = kit()
    const first = await post({ no, zt: '1' }, keyed('k1'))
    const second = await post(`{"zt":"1","no":"${no}"}`, keyed('k1'))
    expect(second.status).toBe(202)
    expect(second.json).toEqual({ ...first.json, duplicate: true })
    expect(second.headers['hub-message-id']).toBe(first.json.messageId)
    expect(records).toHaveLength(1)
    expect(records[0]!.headers!.hub_key).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('with other content is a conflict, and is not stored', async () => {
    const { post, records } = kit()
    await post({ no, zt: '1' }, keyed('k1'))
    const other = await post({ no, zt: '2' }, keyed('k1'))
    expect(other.status).toBe(409)
    expect(other.json).toMatchObject({ code: 'HUB_RECEIVE_CONFLICT' })
    expect(other.headers['hub-message-id']).toBe('-')
    expect(records).toHaveLength(1)
    expect((await post({ no, zt: '2' }, keyed('k2'))).status).toBe(202)
  })

  it('may use it again once its message ended as invalid', async () => {
    const { post, records, invalid } = kit()
    const first = await post({ no, zt: '1' }, keyed('k1'))
    invalid.add(first.json.messageId)
    const repaired = await post({ no, zt: '2' }, keyed('k1'))
    expect(repaired.json).toMatchObject({ status: 'received', duplicate: false })
    expect(records).toHaveLength(2)
    expect((await post({ no, zt: '1' }, keyed('k1'))).status).toBe(409)
  })

  it('after a restart is stored again under the same ids, also where the content differs', async () => {
    const [before, after] = [kit(), kit()]
    const first = await before.post({ no, zt: '1' }, keyed('k1'))
    const same = await after.post({ no, zt: '1' }, keyed('k1'))
    expect(same.json).toEqual(first.json)
    const another = kit()
    const other = await another.post({ no, zt: '2' }, keyed('k1'))
    expect(other.status).toBe(202)
    expect(other.json.messageId).not.toBe(first.json.messageId)
    expect(another.records[0]!.headers!.hub_key).toBe(before.records[0]!.headers!.hub_key)
  })

  it('has its own key for each item of a list', async () => {
    const { post, records } = kit()
    await post([{ no }, { no, zt: '1' }], keyed('k1'))
    const again = await post([{ no }, { no, zt: '2' }], keyed('k1'))
    expect(again.json.items).toMatchObject([{ duplicate: true }, { status: 'conflict' }])
    expect(records).toHaveLength(2)
  })

  it('is made from the fields of the manifest when all of them are there', async () => {
    const { post, records } = kit({ message: { repeatKey: ['/no', '/time'], volatile: ['/sent'] } })
    const first = await post({ no, time: '1', sent: 'a' })
    expect((await post({ no, time: '1', sent: 'b' })).json).toEqual({ ...first.json, duplicate: true })
    expect((await post({ no, time: '1', zt: 'x' })).status).toBe(409)
    expect((await post({ no, time: '2', zt: 'x' })).status).toBe(202)
    expect(records.map(r => r.headers!.hub_key !== undefined)).toEqual([true, true])
    await post({ no })
    expect(records[2]!.headers!.hub_key).toBe(undefined)
  })
})

describe('a message that its content identifies', () => {
  it('is always stored; only a repeat of the latest is told as such', async () => {
    const { post, records } = kit()
    const told = []
    for (const zt of ['A', 'A', 'B', 'A']) told.push((await post({ no, zt })).json)
    expect(told.map(t => t.duplicate)).toEqual([false, true, false, false])
    expect(told[1].messageId).toBe(told[0].messageId)
    expect(records.map(r => JSON.parse(opened(r)).zt)).toEqual(['A', 'A', 'B', 'A'])
  })

  it('has the same id however it is written, and without its transport times', async () => {
    const { post, records } = kit({ message: { volatile: ['/sent', '/a/b'] } })
    const a = await post({ no, sent: '1', a: { b: 1, c: 2 } })
    const b = await post(`{ "a": {"c": 2, "b": 9}, "no" : "${no}" }`)
    expect(b.json.messageId).toBe(a.json.messageId)
    expect(records[1]!.headers!.hub_hash).toBe(records[0]!.headers!.hub_hash)
    const c = await post({ no, a: { c: 3 } })
    expect(c.json.messageId).not.toBe(a.json.messageId)
  })
})

describe('while the broker thinks', () => {
  const slow = () => {
    const gate = Promise.withResolvers<void>()
    const made = kit()
    made.broker = () => gate.promise
    return { made, gate }
  }

  it('nobody is answered, and requests with the same key share one result', async () => {
    const { made, gate } = slow()
    let answered = 0
    const calls = Array.from({ length: 5 }, () => made.post({ no }, keyed('k1')).finally(() => answered++))
    const conflict = made.post({ no, zt: '2' }, keyed('k1'))
    await new Promise(done => setTimeout(done, 50))
    expect(answered).toBe(0)
    gate.resolve()
    const answers = await Promise.all(calls)
    expect(answers.map(a => a.status)).toEqual([202, 202, 202, 202, 202])
    expect(new Set(answers.map(a => a.json.messageId)).size).toBe(1)
    expect(answers.filter(a => !a.json.duplicate)).toHaveLength(1)
    expect((await conflict).status).toBe(409)
    expect(made.sends).toEqual([1])
  })

  it('and does not confirm: all are told 503, and the key is free to be sent again', async () => {
    const { made, gate } = slow()
    const calls = [made.post({ no }, keyed('k1')), made.post({ no }, keyed('k1'))]
    await new Promise(done => setTimeout(done, 50))
    gate.reject(unreachable())
    for (const answer of await Promise.all(calls)) {
      expect(answer.status).toBe(503)
      expect(answer.json).toMatchObject({
        code: 'HUB_KAFKA_UNREACHABLE',
        en: 'Kafka did not confirm: produce (timeout)',
      })
      expect(answer.json.todo.en).toContain('it is safe and gives the same receipt')
      expect(answer.headers['retry-after']).toBe('2')
    }
    made.broker = () => Promise.resolve()
    expect((await made.post({ no }, keyed('k1'))).json).toMatchObject({ duplicate: false })
    expect(made.records).toHaveLength(1)
  })

  it('too many requests are answered 429, and room comes back', async () => {
    const gate = Promise.withResolvers<void>()
    const made = kit({ deps: { limits: { requests: 3 } } })
    made.broker = () => gate.promise
    const calls = Array.from({ length: 5 }, (_, n) => made.post({ no, n }))
    await new Promise(done => setTimeout(done, 50))
    gate.resolve()
    const answers = await Promise.all(calls)
    expect(answers.map(a => a.status).sort()).toEqual([202, 202, 202, 429, 429])
    const refused = answers.find(a => a.status === 429)!
    expect(refused.json).toMatchObject({ code: 'HUB_RECEIVE_TOO_MANY' })
    expect(refused.headers['retry-after']).toBe('1')
    for (let n = 0; n < 10; n++) expect((await made.post({ no, n })).status).toBe(202)
  })
})

describe('memory', () => {
  it('is bounded: what was forgotten is stored again', async () => {
    const { post, records } = kit({ intake: { remembered: 2 } })
    for (const key of ['k1', 'k2', 'k3']) await post({ no }, keyed(key))
    expect((await post({ no }, keyed('k3'))).json.duplicate).toBe(true)
    expect((await post({ no }, keyed('k1'))).json.duplicate).toBe(false)
    expect(records).toHaveLength(4)
  })
})
