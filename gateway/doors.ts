// Opens the doors of one process: what it serves on its port beside health and control.
import type { FastifyInstance } from 'fastify'
import type { Control } from './control.ts'
import type { Ground } from './ground.ts'
import type { Producer } from './kafka/port.ts'
import { inTopic } from './kafka/topics.ts'
import { receiveRoutes } from './receive/routes.ts'
import { createAuthenticator } from './security/authenticate.ts'
import { translateDeps } from './stages.ts'
import { translate } from './translate/stage.ts'

export interface Doors {
  readonly routes: readonly ((app: FastifyInstance) => void | Promise<void>)[]
  stop(): void
}

export interface DoorParts {
  readonly producer: Producer
  readonly control: Control
}

export async function openDoors(ground: Ground, { producer }: DoorParts): Promise<Doors> {
  const { settings, connectors, keys, telemetry } = ground
  const deps = translateDeps(ground)
  const receive = receiveRoutes({
    systems: settings.config.systems,
    connectors,
    identifiers: ground.identifiers,
    inTopic: system => inTopic(settings.prefix, system),
    producer,
    intakeKey: day => keys.intakeKey(day),
    endedInvalid: () => false,
    now: settings.now,
    authenticator: createAuthenticator(settings.config.systems, () => settings.now().getTime()),
    dryRun: (system, message, tree) => translate(deps, system, message, tree, dryAbout(settings.now())).records,
    received: telemetry.received,
    log: settings.log,
  })
  return { routes: settings.roles.has('gateway') ? [receive] : [], stop: () => undefined }
}

function dryAbout(now: Date) {
  return {
    messageId: 'dry-run',
    contentHash: '',
    receivedAt: now.getTime(),
    traceId: null,
    caseId: null,
    deliveryId: null,
    causationId: null,
  }
}
