// Field profiles as types, and the few pure rules that combine them: a later word can only narrow an earlier one.

export const visibilities = ['absent', 'masked', 'clear'] as const
export type Visibility = (typeof visibilities)[number]

export const personalClasses = ['S2', 'S3', 'S4'] as const
export type PersonalClass = (typeof personalClasses)[number]
export type ClassRules = Readonly<Record<PersonalClass, Visibility>>

/** What a system needs in a case for its purpose to count; explained in profiles/purposes.yaml. */
export type Part = 'lead' | 'any' | 'own' | 'none'

export interface PurposeRules extends ClassRules {
  readonly part: Part
  readonly kinds?: readonly string[]
  readonly examines?: boolean
  /** Single fields of the sealed part, above their class. */
  readonly fields?: Readonly<Record<string, Visibility>>
  /** The same, for the one whom a hand-over of this very proceeding names. */
  readonly handoverFields?: Readonly<Record<string, Visibility>>
  /** The same, in events of the system's own proceeding only. */
  readonly ownFields?: Readonly<Record<string, Visibility>>
}

export type MaskName = 'name' | 'phone' | 'id' | 'area'

/** schemas/profiles/purposes.yaml. Field paths are dotted, `[]` after a list. */
export interface ProfileTable {
  readonly version: number
  readonly without: string
  readonly purposes: Readonly<Record<string, PurposeRules>>
  readonly noRight: readonly string[]
  readonly protectedRoles: readonly string[]
  readonly respondentRoles: readonly string[]
  readonly contactFields: readonly string[]
  readonly masks: Readonly<Record<string, MaskName>>
  readonly texts: readonly string[]
  readonly never: readonly string[]
}

/** What route decided for one event and one subscription; travels beside the record as the header hub_decision. No personal data. */
export interface Decision {
  readonly subscription: string
  readonly purpose: string
  /** The purpose whose rules count here: `purpose`, or what is left of it without a part in the case. */
  readonly as: string
  readonly event: string
  /** Has the receiver a proceeding of its own in this case? */
  readonly known: boolean
  /** The open hand-over to the receiver in this event's proceeding. */
  readonly handover: string | null
  readonly classes: ClassRules
  /** Single fields above their class. */
  readonly fields: Readonly<Record<string, Visibility>>
  /** Parties seen less than their classes allow. */
  readonly parties: Readonly<Record<string, 'masked' | 'absent'>>
  /** Ids of the rules that decided, for explain. */
  readonly rules: readonly string[]
}

export function narrower(a: Visibility, b: Visibility): Visibility {
  return visibilities.indexOf(a) <= visibilities.indexOf(b) ? a : b
}

export function rulesOf(table: ProfileTable, purpose: string): PurposeRules {
  return table.purposes[purpose] ?? table.purposes[table.without]!
}
