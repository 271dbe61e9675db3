import { describe, expect, it } from 'vitest'
import { RetryBudget } from '#gateway/deliver/budget.ts'
import { Circuit } from '#gateway/deliver/circuit.ts'
import type { Result } from '#gateway/deliver/door.ts'

const away: Result = { kind: 'retry', code: 'HUB_DELIVER_UNREACHABLE', unreached: true }
const sick: Result = { kind: 'retry', code: 'HTTP_503' }
const fine: Result = { kind: 'delivered' }

function rig(settings = {}) {
  const clock = { now: 1 }
  const circuit = new Circuit(
    () => clock.now,
    () => 1,
    { threshold: 3, quietMs: 50, firstRestMs: 100, longestRestMs: 400, probes: 2, ...settings },
  )
  let cases = 0
  const fail = (result: Result, isFirst = true, caseId = `case-${++cases}`) => {
    const leave = circuit.begin()
    if (leave) circuit.hear({ leave, caseId, isFirst, result })
    return leave
  }
  return { clock, circuit, fail }
}

describe('the circuit', () => {
  it('opens when so many cases fail one after the other, and lets nobody through', () => {
    const { circuit, fail } = rig()
    for (let n = 0; n < 2; n += 1) fail(sick)
    expect(circuit.state).toBe('closed')
    fail(sick)
    expect(circuit.state).toBe('open')
    expect(circuit.code).toBe('HTTP_503')
    expect(circuit.begin()).toBeNull()
  })

  it('stays closed while anybody is answered, however often others fail', () => {
    const { circuit, fail } = rig()
    for (let n = 0; n < 20; n += 1) {
      fail(sick)
      fail(sick)
      fail(fine)
    }
    expect(circuit.state).toBe('closed')
  })

  it('is not opened by one case that fails again and again, nor by many that have failed before', () => {
    const { circuit, fail } = rig()
    for (let n = 0; n < 20; n += 1) fail(away, true, 'one')
    for (let n = 0; n < 20; n += 1) fail(sick, false)
    expect(circuit.state).toBe('closed')
  })

  it('is not opened by a burst of cases that fail while others have just been answered', () => {
    const { circuit, clock, fail } = rig()
    fail(fine)
    for (let n = 0; n < 20; n += 1) fail(sick)
    expect(circuit.state).toBe('closed')
    clock.now += 50
    fail(sick)
    expect(circuit.state).toBe('open')
  })

  it('asks a receiver that answers with errors more often, and by more cases', () => {
    const { circuit, clock, fail } = rig({ answering: { longestRestMs: 150, probes: 4 } })
    for (let n = 0; n < 3; n += 1) fail(sick)
    clock.now += 150
    expect(circuit.state).toBe('half-open')
    expect(circuit.probesLeft).toBe(4)
  })

  it('is opened by many that cannot reach the receiver, known ones too', () => {
    const { circuit, fail } = rig()
    for (let n = 0; n < 3; n += 1) fail(away, false)
    expect(circuit.state).toBe('open')
  })

  it('takes a refusal of a case for a sign of life', () => {
    const { circuit, fail } = rig()
    for (let n = 0; n < 20; n += 1) fail({ kind: 'retry', code: 'HTTP_404' })
    expect(circuit.state).toBe('closed')
  })

  it('lets a few probes through after its rest; each failure doubles the rest up to the longest, a success closes it', () => {
    const { circuit, clock, fail } = rig()
    for (let n = 0; n < 3; n += 1) fail(away)
    for (const restMs of [200, 400, 400]) {
      clock.now += restMs / 2 - 1
      expect(circuit.state).toBe('open')
      clock.now += restMs
      expect(circuit.state).toBe('half-open')
      expect([circuit.begin(), circuit.begin(), circuit.begin()]).toEqual(['probe', 'probe', null])
      circuit.hear({ leave: 'probe', caseId: 'a', isFirst: false, result: away })
      expect(circuit.state).toBe('half-open')
      circuit.hear({ leave: 'probe', caseId: 'b', isFirst: false, result: away })
      expect(circuit.state).toBe('open')
    }
    clock.now += 400
    expect(fail(fine)).toBe('probe')
    expect(circuit.state).toBe('closed')
    expect(circuit.code).toBeNull()
  })

  it('does not take for probes what was begun before it opened', () => {
    const { circuit, clock, fail } = rig()
    const before = [circuit.begin()!, circuit.begin()!]
    for (let n = 0; n < 3; n += 1) fail(away)
    clock.now += 200
    expect([circuit.begin(), circuit.begin()]).toEqual(['probe', 'probe'])
    for (const leave of before) circuit.hear({ leave, caseId: 'late', isFirst: true, result: away })
    expect(circuit.begin()).toBeNull()
    expect(circuit.state).toBe('half-open')
  })

  it('obeys 429: nobody is sent until the time has come, at most an hour', () => {
    const { circuit, clock, fail } = rig()
    fail({ kind: 'retry', code: 'HTTP_429', retryAfterMs: 5000 })
    clock.now += 4999
    expect(circuit.begin()).toBeNull()
    clock.now += 1
    expect(circuit.begin()).toBe('probe')
    circuit.hear({
      leave: 'probe',
      caseId: 'a',
      isFirst: true,
      result: { kind: 'retry', code: 'HTTP_429', retryAfterMs: 9e9 },
    })
    clock.now += 3_600_000 - 1
    expect(circuit.state).toBe('open')
    clock.now += 1
    expect(circuit.state).toBe('half-open')
  })

  it('says once that a receiver that was away is back', () => {
    const { circuit, fail } = rig()
    fail(sick)
    fail(fine)
    expect(circuit.takeReturn()).toBe(false)
    fail(away)
    expect(circuit.takeReturn()).toBe(false)
    fail(fine)
    expect([circuit.takeReturn(), circuit.takeReturn()]).toEqual([true, false])
  })
})

describe('the budget of repeats', () => {
  it('is used up by a storm and comes back slowly', () => {
    let now = 0
    const budget = new RetryBudget(() => now, { perSecond: 10, share: 0.2, most: 5 })
    const takeAll = () => {
      let taken = 0
      while (budget.take()) taken += 1
      return taken
    }
    expect(takeAll()).toBe(5)
    now += 250
    expect(takeAll()).toBe(2)
    now += 60_000
    expect(takeAll()).toBe(5)
  })

  it('is not used up by repeats that succeed', () => {
    const budget = new RetryBudget(() => 0, { perSecond: 10, share: 0.2, most: 5 })
    for (let n = 0; n < 1000; n += 1) {
      expect(budget.take()).toBe(true)
      budget.succeeded(true)
    }
  })
})
