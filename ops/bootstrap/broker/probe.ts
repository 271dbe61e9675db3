// Asks a broker whether it serves: one DescribeCluster request over a bare socket.
// By hand, because only gateway/kafka may import the Kafka client, and forty bytes do not need one.
import { connect } from 'node:net'

const DESCRIBE_CLUSTER = 60

function describeClusterRequest(): Buffer {
  const client = Buffer.from('hub-probe')
  const body = Buffer.alloc(4 + 2 + 2 + 4 + 2 + client.length + 3)
  body.writeInt32BE(body.length - 4, 0)
  body.writeInt16BE(DESCRIBE_CLUSTER, 4)
  body.writeInt16BE(0, 6)
  body.writeInt32BE(1, 8)
  body.writeInt16BE(client.length, 12)
  client.copy(body, 14)
  return body
}

/** The number of brokers a DescribeCluster v0 answer lists; 0 when it is an error or not whole. */
export function brokersInAnswer(answer: Buffer): number {
  try {
    // size, correlation id, header tags, throttle time
    let at = 4 + 4 + 1 + 4
    if (answer.readInt16BE(at) !== 0) return 0
    at += 2
    // error message, cluster id: compact strings, length + 1 in one byte (both are short)
    for (let text = 0; text < 2; text++) at += Math.max(1, answer.readUInt8(at))
    at += 4
    return Math.max(0, answer.readUInt8(at) - 1)
  } catch {
    return 0
  }
}

/** How many live brokers the one at this address knows; 0 when it does not answer within `waitMs`. */
export function countBrokers(host: string, port: number, waitMs = 1000): Promise<number> {
  return new Promise(done => {
    let answer = Buffer.alloc(0)
    const socket = connect({ host, port })
    const end = (count: number): void => {
      socket.destroy()
      done(count)
    }
    socket.setTimeout(waitMs, () => end(0))
    socket.on('error', () => end(0))
    socket.on('close', () => end(0))
    socket.on('connect', () => socket.write(describeClusterRequest()))
    socket.on('data', chunk => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) end(brokersInAnswer(answer))
    })
  })
}
