// hub trace <message id>: where a message is now and what became of it.
import type { Command } from '../command.ts'
import { callHub } from '../http.ts'

export const traceCommand: Command = {
  says: { en: 'follow one message by its id', zh: '按消息编号追踪一条消息' },
  async run(environment, [messageId]) {
    if (!messageId) {
      process.stderr.write('hub trace <messageId>\n')
      return 2
    }
    process.stdout.write(`${JSON.stringify(await callHub(environment, 'GET', `/receipts/${messageId}`), null, 2)}\n`)
    return 0
  },
}
