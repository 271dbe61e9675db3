// What every door that shows events needs, opened once a process: the visible part, the keys of personal fields, the marks.
import type { CaseRecord, SealedPart } from '#schemas/canonical/types.ts'
import { HubError } from '#schemas/errors.ts'
import { followMarks, type Marks } from './deliver/marks.ts'
import { createViewer, type Viewer } from './deliver/visible.ts'
import type { Ground } from './ground.ts'
import type { Reader } from './kafka/port.ts'
import * as topics from './kafka/topics.ts'
import { followKeys, type KeyRing } from './security/key-ring.ts'
import type { Personal } from './security/personal.ts'

export interface Showing {
  readonly reader: Reader
  readonly viewer: Viewer
  /** Stored positions and shut doors. */
  readonly marks: Marks
  /** null where nothing personal was said or the key was erased. */
  readonly openPersonal: (sealed: CaseRecord['sealed']) => Promise<SealedPart | null>
  stop(): Promise<void>
}

export async function openShowing(ground: Ground): Promise<Showing> {
  const { settings, kafka, schemas, stores, keys, personal } = ground
  const ring = await followKeys({
    reader: await kafka.reader(),
    // Processes share the data directory for its keys; a file of entries and positions has one writer.
    store: stores.open(`keys-${settings.slot}`),
    topic: topics.caseStateTopic(settings.prefix),
    keyOf: id => keys.keyOf(id),
    log: settings.log,
  })
  const reader = await kafka.reader()
  const marks = await followMarks({ reader, topic: topics.lanesTopic(settings.prefix), log: settings.log })
  const opener = personalOpener(ring, personal)
  return {
    reader,
    marks,
    openPersonal: opener.open,
    viewer: createViewer(
      { open: schemas.caseRecordSchema, sealed: schemas.sealedPartSchema },
      schemas.profiles,
      settings.now,
    ),
    async stop() {
      marks.stop()
      await opener.stop()
    },
  }
}

export function personalOpener(ring: KeyRing, personal: Pick<Personal, 'open'>) {
  let stopped = false
  return {
    async open(sealed: CaseRecord['sealed']): Promise<SealedPart | null> {
      if (sealed === null) return null
      const key = await ring.keyOf(sealed.keyId.slice(2))
      if (key) return personal.open(sealed, () => key)
      // A ring that stops lets go of all who wait for a key: that is no erasure, and nothing may be shown as if it were.
      if (stopped) throw new HubError('HUB_KAFKA_UNREACHABLE', { operation: 'keys', cause: 'stopping' })
      return null
    },
    stop() {
      stopped = true
      return ring.stop()
    },
  }
}
