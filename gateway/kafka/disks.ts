// Room on the brokers' disks (KIP-827, Kafka 3.3 and later). Older brokers do not say, and are left out.
import type { Admin as LibraryAdmin } from '@platformatic/kafka'
import type { BrokerDisk } from './port.ts'

export async function brokerDisks(library: LibraryAdmin): Promise<readonly BrokerDisk[]> {
  const brokers = await library.describeLogDirs({ topics: [] })
  return brokers.flatMap(({ broker, results }) =>
    results
      .filter(one => (one.totalBytes ?? -1n) > 0n && one.usableBytes >= 0n)
      .map(({ logDir, totalBytes, usableBytes }) => ({
        broker,
        directory: logDir,
        freeBytes: Number(usableBytes),
        totalBytes: Number(totalBytes),
      })),
  )
}
