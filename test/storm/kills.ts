// The kills of a storm: which process, when, by seed. kill -9 each; hubs come back at once, a broker before the next one goes.
import type { Cluster } from '#ops/bootstrap/broker/cluster.ts'
import type { HubProcess } from '../chaos/drill/hub-process.ts'
import { seeded, shuffled } from '../chaos/drill/random.ts'
import { sleep } from './helpers.ts'
import type { StormPlan } from './plan.ts'

export interface Kill {
  /** `hub 1`, `broker 2`. */
  readonly victim: string
  readonly at: number
}

export interface Targets {
  readonly hubs: ReadonlyMap<string, HubProcess>
  readonly cluster: Cluster
  readonly say: (line: string) => void
}

/** @param withinMs the kills are spread over so long */
export async function killAll(plan: StormPlan, withinMs: number, { hubs, cluster, say }: Targets): Promise<Kill[]> {
  const random = seeded(plan.seed + 1)
  const names = [...hubs.keys()]
  const victims = shuffled(random, [
    ...Array.from({ length: plan.hubKills }, (_, i) => names[i % names.length]!),
    ...Array.from({ length: plan.brokerKills }, () => 'broker'),
  ])
  const gapMs = withinMs / (victims.length + 1)
  const kills: Kill[] = []
  let brokerBack: Promise<void> = Promise.resolve()
  for (const victim of victims) {
    await sleep(gapMs * (0.4 + 1.2 * random()))
    const hub = hubs.get(victim)
    if (hub) {
      kills.push({ victim: `hub ${victim}`, at: Date.now() })
      await hub.kill()
      hub.start()
    } else {
      // Never two down at once: then nothing could be written at all, which is another drill.
      await brokerBack
      const index = Math.floor(random() * cluster.nodes.length)
      kills.push({ victim: `broker ${index + 1}`, at: Date.now() })
      cluster.nodes[index]!.kill()
      await cluster.nodes[index]!.exited
      brokerBack = cluster.restart(index)
      brokerBack.catch(() => undefined)
    }
    say(`kill ${kills.length} of ${victims.length}: ${kills.at(-1)!.victim}`)
  }
  await brokerBack
  return kills
}
