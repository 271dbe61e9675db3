// The front door of the gateway for ops: start a hub, load and check what people wrote, name its topics.

export type { ExchangeResult, Report as CertificationReport } from './certify/types.ts'
export { type Entry as DeliveryEntry, entryOf as deliveryEntry } from './deliver/entry.ts'
export { createViewer } from './deliver/visible.ts'
export { webhookDoor } from './deliver/webhook.ts'
export type { Explained } from './explain/inbound.ts'
export {
  type ExplainedItem,
  type ExplainedOutbound,
  explainFile,
  explainOutbound,
  nativePlaces,
} from './explain/offline.ts'
export { openStream, openWhole } from './formats/reader.ts'
export { writeBody } from './formats/writer.ts'
export { openGround } from './ground.ts'
export { openKafka } from './kafka/open.ts'
export type { Headers, InRecord, OutRecord, Producer, Reader } from './kafka/port.ts'
export * as topicNames from './kafka/topics.ts'
export { topicSpecs } from './kafka/topics.ts'
export { badInputFaults, countBadInputs } from './loader/bad-inputs.ts'
export { type CompiledText, compileText, type MappingTexts } from './loader/compile-text.ts'
export { checkConfig, demoConfig, readConfig } from './loader/config.ts'
export type { Connector, LoadedMapping } from './loader/connector.ts'
export { invalidSampleFaults, messageOfFile, validSampleFaults } from './loader/contract-samples.ts'
export { coverageOf, type MessageCoverage } from './loader/coverage.ts'
export { demoCredentials, demoOperatorKey } from './loader/demo-credentials.ts'
export {
  connectorDirs,
  importSimulator,
  lintMappings,
  loadConnector,
  loadConnectors,
  loadWorld,
} from './loader/discover.ts'
export { loadScript, scriptFaults } from './loader/exchanges.ts'
export { contextsOf, goldenOf, invalidSamples, sampleTree, smallSamples, validSamples } from './loader/golden.ts'
export { type Difference, type GoldenFault, goldenFaults } from './loader/golden-compare.ts'
export { mappingEnd } from './loader/mapping-end.ts'
export { type ShownLine, shownLines } from './loader/shown-lines.ts'
export { createLog, type HubLog } from './log.ts'
export { type Hub, startHub } from './main.ts'
export type { MappingView } from './mappings/routes.ts'
export type { SampleDifference } from './mappings/samples.ts'
export type { ProbeStep } from './probe/findings.ts'
export { probeSystem } from './probe/probe.ts'
export { routeRecord } from './route/stage.ts'
export { fileKeyManager } from './security/key-manager.ts'
export { openBytes, sealBytes } from './security/sealing.ts'
export { type HubSettings, type Role, roles } from './settings.ts'
export { type ShadowReport, shadowRun } from './shadow/run.ts'
export { translateDeps } from './stages.ts'
export { type TranslateDeps, translateRecord } from './translate/stage.ts'
export { addressGuard } from './transports/address-guard.ts'
export { createHttpPush } from './transports/http-push.ts'
export { openDatabase } from './transports/staging-table/database.ts'
