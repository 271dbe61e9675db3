// The only module a connector may import. Terms: style.md (c). Pure data and pure functions, but for the simulator,
// which runs on real sockets.
export { bodyOf, codeOf, isObject, type JsonObject, objectOf, outcomeOfStatus, textOf } from './sdk-answer.ts'
export { csvText } from './sdk-csv.ts'
export { type FileSimulatorParts, type SimulatorFile, startFileSimulator } from './sdk-file-simulator.ts'
export { formRequest, jsonAnswer, readForm, readJson } from './sdk-form.ts'
export { irsHeaders, irsPost, irsPush, irsSignature } from './sdk-irs.ts'
export {
  type HttpSimulatorParts,
  type SimulatorAnswer,
  type SimulatorRequest,
  startHttpSimulator,
} from './sdk-simulator.ts'
export { offerTables, type TableParts } from './sdk-tables.ts'
export * from './sdk-types.ts'
export { type XmlDocument, xmlBody } from './sdk-xml.ts'
