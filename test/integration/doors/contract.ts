// What every push door promises, whatever is behind it. A stand is a receiver of one kind that tests can make fail.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { PushDoor, Result } from '#gateway/deliver/door.ts'
import type { Entry } from '#gateway/deliver/entry.ts'
import type { Saying } from '../../unit/gateway/deliver/doors.ts'
import { FakeKafka } from '../../unit/gateway/deliver/fake-kafka.ts'
import { outcomes, publish, start } from '../../unit/gateway/deliver/rig.ts'
import { type DoorJob, entries, makeDoor } from './make.ts'

export interface Copy {
  readonly deliveryId: string
  readonly text: string
}

export interface Stand {
  readonly job: DoorJob
  /** What a copy of this delivery must read. */
  said(entry: Entry): string
  /** All copies that it has taken in. */
  held(): Promise<readonly Copy[]>
  /** Another life of the hub has delivered this, and nobody knows. */
  hold(entry: Entry): Promise<void>
  /** It cannot be reached. */
  away(): Promise<void>
  back(): Promise<void>
  /** Takes in what the attempt brings; then the line is cut before it can say so. Absent where there is no line. */
  cutting?(attempt: () => Promise<Result>): Promise<Result>
  /** Does not come to an end with this delivery until it is released. */
  hang(entry: Entry): Promise<() => Promise<void>>
  /** From now on it objects to all that comes, in these words where it has any. */
  object(words: string): Promise<void>
}

export interface Kind {
  readonly name: string
  readonly stand: () => Promise<Stand>
  /** Says every event that is routed to it: it has no messages of its own. */
  readonly saysAll?: boolean
  /** There is no line to be cut. */
  readonly hasNoLine?: boolean
}

const words = 'canary_9f31'
const unreached = { kind: 'retry', unreached: true }
/** A receiver that has it already may say so. */
const settled = { kind: expect.stringMatching(/^(delivered|conflict)$/) }
/** Bounded, and never made of what somebody else has said. */
const code = /^[A-Z][A-Z0-9_]{1,40}$/

function open(stand: Stand, saying?: Saying): PushDoor {
  const door = makeDoor(stand.job, saying)
  onTestFinished(() => door.close?.())
  const attempt: PushDoor['attempt'] = async (entry, n) => {
    const result = await door.attempt(entry, n)
    if ('code' in result) expect(result.code).toMatch(code)
    expect(JSON.stringify(result)).not.toContain(words)
    return result
  }
  return { ...door, attempt }
}

const doubtful = (entry: Entry): Entry => ({ ...entry, doubtful: true })

/** Effects: a receiver that cannot be asked knows a repeat by the delivery id. */
async function effects(stand: Stand, door: PushDoor): Promise<number> {
  const copies = await stand.held()
  return door.canLookUp ? copies.length : new Set(copies.map(copy => copy.deliveryId)).size
}

export function pushDoorContract({ name, stand: make, saysAll = false, hasNoLine = false }: Kind): void {
  describe(`the push door of ${name}`, () => {
    it('delivers exactly what was to be said, once, and says so', async () => {
      const stand = await make()
      const [one] = entries(1) as [Entry]
      expect(await open(stand).attempt(one, 1)).toMatchObject({ kind: 'delivered' })
      expect(await stand.held()).toEqual([{ deliveryId: one.deliveryId, text: stand.said(one) }])
    })

    it('says unreached while nobody is there, and delivers when somebody is', async () => {
      const stand = await make()
      const [one, two] = entries(2) as [Entry, Entry]
      const door = open(stand)
      await door.attempt(two, 1)
      await stand.away()
      // The second time no old connection is left to be tried.
      await door.attempt(doubtful(one), 1)
      expect(await door.attempt(one, 2)).toMatchObject(unreached)
      expect(await open(stand).attempt(doubtful(one), 3)).toMatchObject(unreached)
      await stand.back()
      expect(await door.attempt(doubtful(one), 4)).toMatchObject({ kind: 'delivered' })
      expect(await effects(stand, door)).toBe(2)
    })

    if (!hasNoLine)
      it('does not know after a line that was cut, and repeats it to one effect', async () => {
        const stand = await make()
        const [one] = entries(1) as [Entry]
        const door = open(stand)
        expect(await stand.cutting!(() => door.attempt(one, 1))).toMatchObject({ kind: 'unknown' })
        await expect.poll(() => door.attempt(doubtful(one), 2)).toMatchObject(settled)
        expect(await effects(stand, door)).toBe(1)
        const ids = (await stand.held()).map(copy => copy.deliveryId)
        expect(new Set(ids)).toEqual(new Set([one.deliveryId]))
      })

    it('has one effect after a repeat of what another life delivered', async () => {
      const stand = await make()
      const [one] = entries(1) as [Entry]
      await stand.hold(one)
      const door = open(stand)
      expect(await door.attempt(doubtful(one), 1)).toMatchObject(settled)
      expect(await effects(stand, door)).toBe(1)
    })

    it('has one effect when it is told the same twice', async () => {
      const stand = await make()
      const [one] = entries(1) as [Entry]
      const door = open(stand)
      await door.attempt(one, 1)
      expect(await door.attempt(doubtful(one), 2)).toMatchObject(settled)
      expect(await effects(stand, door)).toBe(1)
    })

    it('lets no case wait for another one that does not come to an end', async () => {
      const stand = await make()
      const [stuck, ...others] = entries(6) as [Entry, ...Entry[]]
      const door = open(stand)
      const release = await stand.hang(stuck)
      let isOver = false
      const hanging = door.attempt(stuck, 1).finally(() => {
        isOver = true
      })
      const results = await Promise.all(others.map(one => door.attempt(one, 1)))
      expect(results.map(one => one.kind)).toEqual(others.map(() => 'delivered'))
      expect(isOver).toBe(false)
      await release()
      await hanging
      await expect.poll(() => door.attempt(doubtful(stuck), 2)).toMatchObject(settled)
      expect(await effects(stand, door)).toBe(6)
    })

    it('settles what is under way when it is closed, and never rejects afterwards', async () => {
      const stand = await make()
      const [stuck, next] = entries(2) as [Entry, Entry]
      const door = open(stand)
      const release = await stand.hang(stuck)
      const hanging = door.attempt(stuck, 1)
      const closing = door.close?.()
      await release()
      await Promise.all([hanging, closing])
      await door.attempt(next, 1)
    })

    it('leaves nothing behind that keeps a process alive', async () => {
      const stand = await make()
      const file = fileURLToPath(new URL('one-life.ts', import.meta.url))
      const child = spawn(process.execPath, [file, JSON.stringify(stand.job)], { stdio: ['ignore', 'pipe', 'inherit'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      expect(await text(child.stdout)).toBe('delivered')
      await expect.poll(() => child.exitCode, { timeout: 20_000 }).toBe(0)
    })

    it('calls broken what can never be said, and sends nothing', async () => {
      const stand = await make()
      const [one] = entries(1) as [Entry]
      const fails = () => {
        throw new TypeError(words)
      }
      const door = open(stand)
      const undecided = { ...one, headers: { ...one.headers, hub_decision: '' } }
      for (const bad of [{ ...one, value: Buffer.from(words) }, undecided])
        expect(await door.attempt(bad, 1)).toMatchObject({ kind: 'broken' })
      const sealed = open(stand, { openPersonal: () => Promise.reject(new Error(words)) })
      expect(await sealed.attempt(one, 1)).toMatchObject({ kind: 'broken' })
      if (!saysAll) expect(await open(stand, { map: fails }).attempt(one, 1)).toMatchObject({ kind: 'broken' })
      expect(await stand.held()).toEqual([])
    })

    if (!saysAll)
      it('skips what no outbound rule says', async () => {
        const stand = await make()
        const [one] = entries(1) as [Entry]
        const skipped = { kind: 'skipped', code: 'NO_OUTBOUND_RULE' }
        expect(await open(stand, { outbound: [] }).attempt(one, 1)).toEqual(skipped)
        expect(await stand.held()).toEqual([])
      })

    it('tells nothing of how it was answered but a code', async () => {
      const stand = await make()
      await stand.object(words)
      const kafka = new FakeKafka()
      publish(kafka, [{}])
      const told: unknown[] = []
      const log = (facts: object, event: string) => void told.push(facts, event)
      const run = start(kafka, open(stand), { log: { info: log, warn: log, error: log } })
      await vi.waitFor(() => expect(outcomes(kafka).length).toBeGreaterThan(0), { timeout: 10_000 })
      await run.stop()
      expect(outcomes(kafka)).not.toContain('1:delivered')
      const written = [...kafka.topics.values()].flat().map(one => ({ ...one, offset: 0, value: String(one.value) }))
      expect(JSON.stringify([told, written])).not.toContain(words)
    })
  })
}
