// Who may import whom. Each comment tells the offender what to do instead; test/house proves that each rule fires.

const localOnly = { dependencyTypesNot: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer'] }
const kafkaClients = 'node_modules/(@platformatic/kafka|kafkajs)/'
const stages = 'receive|translate|correlate|route|deliver'

const forbidden = [
  {
    name: 'no-circular',
    comment: 'Move what both files need into a third one that imports neither.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'schemas-at-the-bottom',
    comment:
      'schemas/ is what all agree on. Pass the thing in as a parameter, or move the shared type down into schemas/.',
    from: { path: '^schemas/' },
    to: { path: '^(mappings|connectors|gateway|ops|test)/' },
  },
  {
    name: 'mappings-know-only-schemas',
    comment: 'The engine is a pure library over schemas/. Let the caller in gateway/ pass what the engine needs.',
    from: { path: '^mappings/' },
    to: { path: '^(connectors|gateway|ops|test)/' },
  },
  {
    name: 'mapping-folders-hold-no-code',
    comment:
      'A mapping folder is data. Write a named, tested function in mappings/engine/functions/ and call it from YAML.',
    from: { path: '^mappings/(?!engine/)[^/]+/.+[.]ts$' },
    to: {},
  },
  {
    name: 'pure-folders-do-no-io',
    comment: 'schemas/ and mappings/engine/ get text and values. Let gateway/loader read the file and pass its text.',
    from: { path: '^(schemas|mappings/engine)/' },
    to: {
      path: [
        '^(node:)?(fs|net|tls|dgram|http|https|http2|child_process|worker_threads|sqlite)(/|$)',
        'node_modules/(fastify|undici|pino)/',
        kafkaClients,
      ],
    },
  },
  {
    name: 'core-imports-no-connector',
    comment:
      'The core finds connectors by their manifest. Put the difference into the manifest or behind connectors/sdk.ts.',
    from: { path: '^(schemas|mappings/engine|gateway|ops)/' },
    to: { path: '^connectors/[^/]+/' },
  },
  {
    name: 'sdk-knows-only-schemas',
    comment: 'A connector must be able to live outside this repository: the SDK may lean on schemas/ only.',
    from: { path: '^connectors/[^/]+[.]ts$' },
    to: { pathNot: '^(schemas/|connectors/[^/]+[.]ts$)', ...localOnly },
  },
  {
    name: 'connector-knows-only-the-sdk',
    comment:
      'Import connectors/sdk.ts and the own folder only. What two connectors share belongs into the SDK or a transport.',
    from: { path: '^connectors/([^/]+)/' },
    to: { pathNot: '^connectors/(sdk[.]ts$|$1/)', ...localOnly },
  },
  {
    name: 'stages-do-not-know-each-other',
    comment: 'Stages meet on Kafka only. Put the shared shape into schemas/, shared machinery into gateway/pipeline.',
    from: { path: `^gateway/(${stages})/` },
    to: { path: `^gateway/(${stages})/`, pathNot: '^gateway/$1/' },
  },
  {
    name: 'port-not-implementation',
    comment:
      'Take the port (gateway/kafka/port.ts, gateway/store/port.ts) as a parameter; gateway/main.ts chooses what is behind it.',
    from: { path: `^gateway/(${stages}|clock)/` },
    to: { path: '^gateway/(kafka|store)/', pathNot: '^gateway/(kafka|store)/port[.]ts$' },
  },
  {
    name: 'nobody-knows-certify',
    comment:
      'A certification watches what runs and is known by no part of it. Give the part a listener, and join them in gateway/doors.ts.',
    from: { path: '^gateway/', pathNot: '^gateway/(certify/|doors[.]ts$|index[.]ts$)' },
    to: { path: '^gateway/certify/' },
  },
  {
    name: 'kafka-client-in-one-place',
    comment: 'The client needs its guards. Use gateway/kafka/port.ts.',
    from: { pathNot: '^(gateway/kafka|test)/' },
    to: { path: kafkaClients },
  },
  {
    name: 'gateway-not-to-ops',
    comment: 'The gateway runs without its watchers. Emit a metric or a log event, or pass a function in.',
    from: { path: '^gateway/' },
    to: { path: '^(ops|test)/' },
  },
  {
    name: 'ops-through-the-front-door',
    comment: 'Export it from gateway/index.ts, so that ops/ sees only what is meant to be seen.',
    from: { path: '^ops/' },
    to: { path: '^gateway/', pathNot: '^gateway/index[.]ts$' },
  },
  {
    name: 'production-not-to-test',
    comment: 'Move the helper out of test/, or the code that needs it into test/.',
    from: { pathNot: '^test/' },
    to: { path: '^test/' },
  },
]

export default {
  forbidden: forbidden.map(rule => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.cache|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
