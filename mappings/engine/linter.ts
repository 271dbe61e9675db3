// Where findings of one mapping are gathered, with the checks that rules and records share.
import type { ErrorCode, Facts } from '#schemas/errors.ts'
import type { Identifiers } from '#schemas/identifiers/index.ts'
import type { Place } from './document.ts'
import type { MappingFunctions } from './functions/index.ts'
import { didYouMean, issue, type LintIssue } from './issues.ts'
import type { Condition, Kind, NumberRule, RecordSpec, Rule, SetMap, Target } from './model.ts'
import type { MappingSource } from './parse.ts'
import { pathFault, targetFault, targetSegments } from './paths.ts'
import type { Table } from './tables.ts'

/** What a rule is for: the dotted target and its kind. */
export interface LintWant {
  readonly at: string
  readonly kind: Kind
}

type CheckRule = (linter: Linter, rule: Rule, place: Place, want: LintWant) => void

export interface LintEnv {
  readonly tables: ReadonlyMap<string, Table>
  readonly identifiers: Identifiers
  readonly functions: MappingFunctions
  readonly target: Target | undefined
}

/** Collects findings of one mapping; the checks of single rules write into it. */
export class Linter {
  readonly source: MappingSource
  readonly env: LintEnv
  readonly issues: LintIssue[] = []
  readonly #checkRule: CheckRule

  constructor(source: MappingSource, env: LintEnv, checkRule: CheckRule) {
    this.source = source
    this.env = env
    this.#checkRule = checkRule
  }

  get inbound(): boolean {
    return this.source.direction === 'inbound'
  }

  add(place: Place, code: ErrorCode, facts: Facts, key = false): void {
    this.issues.push(issue(this.source.file, this.source.yaml.at(place, key), code, facts))
  }

  unknown(place: Place, code: ErrorCode, word: string, known: Iterable<string>, key = false): void {
    this.add(place, code, { word, hint: didYouMean(word, known) }, key)
  }

  path(text: string, place: Place): void {
    const reason = pathFault(text)
    if (reason !== undefined) this.add(place, 'HUB_LINT_PATH', { path: text, reason })
  }

  family(word: string, place: Place): void {
    if (!this.env.identifiers.families.includes(word))
      this.unknown(place, 'HUB_LINT_FAMILY_UNKNOWN', word, this.env.identifiers.families)
  }

  condition(c: Condition, place: Place): void {
    const asks = ['present', 'is', 'not', 'has', 'atLeast'] as const
    if (c.path !== undefined) this.path(c.path, [...place, 'path'])
    const asked = asks.some(a => c[a] !== undefined)
    if ((c.path !== undefined) !== asked || !(asked || c.all || c.any || c.no))
      this.add(place, 'HUB_LINT_SHAPE', {
        what: 'a condition',
        expected: 'is a path with is, not, has, present or atLeast; or all, any, no',
      })
    for (const [i, one] of (c.all ?? []).entries()) this.condition(one, [...place, 'all', i])
    for (const [i, one] of (c.any ?? []).entries()) this.condition(one, [...place, 'any', i])
    if (c.no !== undefined) this.condition(c.no, [...place, 'no'])
  }

  /** `at`: dotted target of the object these fields belong to, '' for the record itself. */
  set(set: SetMap, place: Place, at: string): void {
    const targets = Object.keys(set)
    for (const [target, rule] of Object.entries(set)) {
      const here = [...place, target]
      const nested = !this.inbound && at !== ''
      const reason = targetFault(target, !this.inbound && !nested)
      const path = at === '' ? target : `${at}.${target}`
      if (nested ? pathFault(`/${target}`) !== undefined : reason !== undefined)
        this.add(here, 'HUB_LINT_TARGET_UNKNOWN', { word: target }, true)
      else if (this.inbound && this.env.target !== undefined && this.kindOf(path) === undefined)
        this.unknown(here, 'HUB_LINT_TARGET_UNKNOWN', path, Object.keys(this.env.target.fields), true)
      this.clash(target, targets, here)
      this.#checkRule(this, rule, here, { at: path, kind: this.kindOf(path) ?? 'any' })
    }
  }

  kindOf(path: string): Kind | undefined {
    return this.inbound ? this.env.target?.fields[path] : 'any'
  }

  private clash(target: string, targets: readonly string[], place: Place): void {
    const mine = targetSegments(target).join('\n')
    const other = targets.find(t => targetSegments(t).join('\n').startsWith(`${mine}\n`))
    if (other !== undefined) this.add(place, 'HUB_LINT_TARGET_CLASH', { word: target, other }, true)
  }

  numbers(rules: readonly (string | NumberRule)[], place: Place, text: boolean): void {
    for (const [i, written] of rules.entries()) {
      const here = [...place, i]
      const rule: NumberRule = typeof written === 'string' ? { path: written } : written
      if (typeof written === 'string') this.path(written, here)
      for (const word of ['path', 'text', 'each'] as const)
        if (typeof written !== 'string' && rule[word] !== undefined) this.path(rule[word], [...here, word])
      if ((rule.path === undefined && rule.each === undefined) === (rule.text === undefined))
        this.add(here, 'HUB_LINT_SHAPE', { what: 'a number', expected: 'has either path or text' })
      if (rule.text !== undefined && !text)
        this.add([...here, 'text'], 'HUB_LINT_DIRECTION', { word: 'text', direction: 'own' }, true)
      if (rule.family !== undefined) this.family(rule.family, [...here, 'family'])
      if (rule.when !== undefined) this.condition(rule.when, [...here, 'when'])
    }
  }

  record(record: RecordSpec, place: Place): void {
    if (record.when !== undefined) this.condition(record.when, [...place, 'when'])
    if (record.own !== undefined) this.numbers(record.own, [...place, 'own'], false)
    if (record.cited !== undefined) this.numbers(record.cited, [...place, 'cited'], true)
    if (record.set !== undefined) this.set(record.set, [...place, 'set'], '')
  }
}
