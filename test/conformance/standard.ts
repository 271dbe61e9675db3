// The connector standard: its rules in order. connectors/README.md says each in the same words.
import { exchangeRules } from './rules/exchanges.ts'
import { messageRules } from './rules/messages.ts'
import { runningRules } from './rules/running.ts'
import { shapeRules } from './rules/shape.ts'
import type { Rule } from './subject.ts'

export const standard: readonly Rule[] = [...shapeRules, ...messageRules, ...runningRules, ...exchangeRules]
