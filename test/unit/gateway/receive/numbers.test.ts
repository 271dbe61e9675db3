// A field may hold a number of one of several families; the mapping says which, receive tries them in its order.
import { expect, it } from 'vitest'
import { loadConnectors, loadWorld } from '#gateway/loader/discover.ts'
import { judge } from '#gateway/receive/judge.ts'
import { followRoutes } from '#gateway/receive/route.ts'
import { root } from '../../../helpers/hub.ts'

const world = loadWorld(root)
const system = { id: 'rmtj', connector: 'peoples-mediation', area: '330106', prefecture: '3301' }

it.each([
  ['the shape of the province', 'RT330106202604050012'],
  ['the number on paper', '（2026）杭西西溪调字第012号'],
  ['a serial of the bureau itself', 'XX-2026-000123'],
])('takes %s as the own number of a message', async (_what, ajbh) => {
  const connectors = await loadConnectors(root, world)
  const routes = followRoutes({
    systems: [system as never],
    connectors: () => connectors,
    identifiers: world.identifiers,
    inTopic: id => `in.${id}`,
  })()
  const tree = { ajbh, jflx: '邻里纠纷' }
  const bytes = Buffer.from(JSON.stringify(tree))
  const judged = judge(
    routes.get('rmtj')!.get('case')!,
    { index: 0, bytes, tree, contentType: 'application/json' },
    undefined,
  )
  expect(judged).toMatchObject({ numbers: [ajbh], numberKey: expect.stringMatching(/^[0-9a-f-]{36}$/) })
})
