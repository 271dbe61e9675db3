// The drill's result as a person reads it.
import type { DrillResult } from './kill-drill.ts'

const ms = (value: number | null): string => (value === null ? '-' : `${value} ms`)

export function drillTable(result: DrillResult): string {
  const { kills, sender, inFlight, returns, aborted, verdict, hubOwnEnds } = result
  const rows = kills.map(({ victim, at, backAt, storeDeleted }, i) =>
    [
      String(i + 1).padStart(4),
      victim.padEnd(7),
      `${((at - sender.startedAt) / 1000).toFixed(1)} s`.padStart(8),
      String(inFlight[i]).padStart(10),
      ms(backAt - at).padStart(10),
      ms(returns[i]!.listens).padStart(10),
      ms(returns[i]!.translate).padStart(10),
      ms(returns[i]!.correlate).padStart(10),
      storeDeleted ? '  store deleted' : '',
    ].join(' '),
  )
  const busy = inFlight.filter(one => one > 0).length
  const counts = Object.entries(verdict.counts).map(([name, count]) => `  ${name.padEnd(28)} ${count}`)
  return [
    'kill victim        at  in flight    back in    listens  translate  correlate   (after the start or the open port, with the first new commit of the stage)',
    ...rows,
    `in flight above 0 at ${busy} of ${kills.length} kills`,
    `aborted transactions: ${Object.entries(aborted)
      .map(([stage, n]) => `${stage} ${n}`)
      .join(', ')}`,
    `ends of the hub that nobody asked for: ${hubOwnEnds}`,
    `sent again by the sender: ${sender.retries}; answers ${JSON.stringify(sender.statuses)}`,
    ...counts,
    verdict.faults.length === 0
      ? 'no fault'
      : `${verdict.faults.length} FAULTS, the first:\n${verdict.faults.slice(0, 5).join('\n')}`,
  ].join('\n')
}
