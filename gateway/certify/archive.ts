// Reports outlive the process: each is kept in the compacted registry topic under its id.
import type { Producer, Reader } from '../kafka/port.ts'
import type { Report } from './types.ts'

export interface Archive {
  keep(report: Report): Promise<void>
  /** The report as it was kept last; one that was running when its process ended counts as stopped. */
  find(id: string): Promise<Report | undefined>
}

const keyOf = (id: string): string => `certification:${id}`

export function openArchive(topic: string, producer: Producer, reader: Reader): Archive {
  return {
    async keep(report) {
      await producer.send([{ topic, key: keyOf(report.id), value: Buffer.from(JSON.stringify(report)) }])
    },
    async find(id) {
      let found: Buffer | null = null
      let from: bigint | 'start' = 'start'
      for (;;) {
        const page = await reader.page(topic, 0, from)
        for (const record of page.records) if (record.key === keyOf(id)) found = record.value
        from = page.next
        if (page.next >= page.end) break
      }
      if (found === null) return undefined
      const report = JSON.parse(found.toString()) as Report
      return report.state === 'running' ? { ...report, state: 'stopped', next: null } : report
    },
  }
}
