// The rule about the script by which a department certifies its system.
import { scriptFaults } from '#gateway/loader/exchanges.ts'
import type { Rule } from '../subject.ts'

export const exchangeRules: readonly Rule[] = [
  {
    id: 'C19',
    says: 'exchanges.yaml says what a system must show, by messages, samples and golden files that are there.',
    check: ({ root, connector }) => (connector ? scriptFaults(root, connector) : []),
  },
]
