// A field may hold a number of one of several families; the mapping says which, receive tries them in its order.
import { expect, it } from 'vitest'
import type { Connector } from '#gateway/loader/connector.ts'
import { loadConnectors, loadWorld } from '#gateway/loader/discover.ts'
import { judge } from '#gateway/receive/judge.ts'
import { followRoutes, type Route } from '#gateway/receive/route.ts'
import { root } from '../../../helpers/hub.ts'

const world = loadWorld(root)
const system = { id: 'rmtj', connector: 'peoples-mediation', area: '330106', prefecture: '3301' }

function routesOf(connectors: () => ReadonlyMap<string, Connector>) {
  return followRoutes({
    systems: [system as never],
    connectors,
    identifiers: world.identifiers,
    inTopic: id => `in.${id}`,
  })
}

function judged(route: Route, ajbh: string) {
  const tree = { ajbh, jflx: '邻里纠纷' }
  const bytes = Buffer.from(JSON.stringify(tree))
  return judge(route, { index: 0, bytes, tree, contentType: 'application/json' }, undefined)
}

it.each([
  ['the shape of the province', 'RT330106202604050012'],
  ['the number on paper', '（2026）杭西西溪调字第012号'],
  ['a serial of the bureau itself', 'XX-2026-000123'],
])('takes %s as the own number of a message', async (_what, ajbh) => {
  const connectors = await loadConnectors(root, world)
  const route = routesOf(() => connectors)()
    .get('rmtj')!
    .get('case')!
  expect(judged(route, ajbh)).toMatchObject({ numbers: [ajbh], numberKey: expect.stringMatching(/^[0-9a-f-]{36}$/) })
})

it('reads numbers by the families in force, and a request that has begun by those it began with', async () => {
  const connectors = await loadConnectors(root, world)
  const before = connectors.get(system.connector)!
  const loaded = before.inbound.get('case')!
  const without = loaded.compiled.spec.own!.filter(rule => typeof rule === 'string' || rule.family !== 'local')
  const compiled = { ...loaded.compiled, spec: { ...loaded.compiled.spec, own: without } }
  const inbound = new Map(before.inbound).set('case', { ...loaded, compiled })
  let inForce: ReadonlyMap<string, Connector> = new Map([[system.connector, { ...before, inbound }]])
  const routes = routesOf(() => inForce)
  const begun = routes().get('rmtj')!.get('case')!
  expect(routes().get('rmtj')!.get('case')).toBe(begun)
  inForce = connectors
  const serial = 'XX-2026-000123'
  expect(judged(begun, serial)).toHaveProperty('error.code', 'HUB_RECEIVE_NO_NUMBER')
  expect(judged(routes().get('rmtj')!.get('case')!, serial)).toHaveProperty('numberKey')
})
