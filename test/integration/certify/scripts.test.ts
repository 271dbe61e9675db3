// Every connector's own simulator passes the connector's script, against a whole hub on a real broker.
import { expect, test } from 'vitest'
import { certify } from '../../helpers/certification.ts'
import { testHub } from '../../helpers/hub.ts'

test('the simulator of every connector on disk shows all that its script asks for', async () => {
  const hub = await testHub()
  const connectors = Map.groupBy(hub.settings.config.systems, one => one.connector)
  expect(connectors.size).toBeGreaterThan(0)
  const systems = [...connectors.values()].map(([first]) => first!.id)
  const reports = await Promise.all(systems.map(system => certify(hub, { system, withinSeconds: 60 })))
  const missing = reports.flatMap(report =>
    report.exchanges
      .filter(one => one.state !== 'passed')
      .map(one => ({
        system: report.system,
        exchange: one.id,
        state: one.state,
        finding: one.finding?.code,
        seen: one.seen.map(seen => `${seen.says.en} ${seen.code ?? ''}`),
      })),
  )
  expect(missing).toEqual([])
  expect(reports.map(one => one.state)).toEqual(systems.map(() => 'passed'))
}, 300_000)
