// The front door of the gateway for ops: start a hub, load and check what people wrote, name its topics.

export { openKafka } from './kafka/open.ts'
export { topicSpecs } from './kafka/topics.ts'
export { checkConfig, demoConfig, readConfig } from './loader/config.ts'
export { demoCredentials, demoOperatorKey } from './loader/demo-credentials.ts'
export { connectorDirs, importSimulator, lintMappings, loadConnectors, loadWorld } from './loader/discover.ts'
export { createLog, type HubLog } from './log.ts'
export { type Hub, startHub } from './main.ts'
export { type HubSettings, type Role, roles } from './settings.ts'
