// Kafka's own reader, as a process: read_committed as the reference does it. kafkajs takes the broker's list of aborted
// transactions for sorted by their starts, which it is not, and so shows records of some where several were under way at once.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { javaCommand } from '#ops/bootstrap/broker/java.ts'
import { kafkaVersion } from '#ops/bootstrap/broker/paths.ts'

export interface Line {
  /** Unix milliseconds. */
  readonly timestamp: number
  readonly partition: number
  readonly offset: number
  readonly value: string
}

/** All committed records of a topic whose values are lines of text, until nothing more has come for a while.
 *  @param cluster addresses, comma separated */
export async function readLines(
  cluster: string,
  topic: string,
  take: (line: Line) => void,
  quietMs = 8000,
): Promise<void> {
  const libs = join('.cache', 'kafka', kafkaVersion(), '*')
  const shown = ['timestamp', 'partition', 'offset'].flatMap(name => ['--formatter-property', `print.${name}=true`])
  const child = spawn(
    javaCommand(),
    ['-Xmx256m', '-XX:+UseSerialGC', '-cp', libs, 'org.apache.kafka.tools.consumer.ConsoleConsumer']
      .concat(['--bootstrap-server', cluster, '--topic', topic, '--from-beginning', '--timeout-ms', String(quietMs)])
      .concat(['--isolation-level', 'read_committed', ...shown]),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-2000)
  })
  const ended = new Promise<void>(done => child.once('close', () => done()))
  let read = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [timestamp = '', partition = '', offset = '', ...value] = line.split('\t')
    if (!offset.startsWith('Offset:')) continue
    read += 1
    take({
      timestamp: Number(timestamp.replace(/^\w+:/, '')),
      partition: Number(partition.replace('Partition:', '')),
      offset: Number(offset.replace('Offset:', '')),
      value: value.join('\t'),
    })
  }
  await ended
  // It says how many it has read, after whatever ended it.
  if (!said.includes(`Processed a total of ${read} messages`)) throw new Error(`the console consumer failed: ${said}`)
}
