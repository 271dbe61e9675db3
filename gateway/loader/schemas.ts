// The released canonical schemas with the ids of their Confluent prefix.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Schema } from '#schemas/avro.ts'
import type { CaseRecord } from '#schemas/canonical/types.ts'
import { Codec, type Release } from '#schemas/codec.ts'
import type { ProfileTable } from '#schemas/profiles.ts'
import type { StatusMachine } from '#schemas/status-machine.ts'

export interface CanonicalSchemas {
  readonly caseRecord: Codec<CaseRecord>
  readonly caseRecordSchema: Schema
  readonly sealedPartSchema: Schema
  readonly machine: StatusMachine
  readonly profiles: ProfileTable
}

interface Listed {
  readonly subject: string
  readonly version: number
  readonly id: number
}

/** @param root folder of the checkout */
export function loadSchemas(root: string): CanonicalSchemas {
  const dir = join(root, 'schemas', 'canonical')
  const listed = JSON.parse(readFileSync(join(dir, 'releases.json'), 'utf8')) as Listed[]
  const releases = (subject: string): Release[] =>
    listed
      .filter(one => one.subject === subject)
      .sort((a, b) => a.version - b.version)
      .map(one => ({
        id: one.id,
        schema: JSON.parse(readFileSync(join(dir, subject, `v${one.version}.avsc`), 'utf8')),
      }))
  const caseRecords = releases('case-record')
  return {
    caseRecord: new Codec<CaseRecord>(caseRecords),
    caseRecordSchema: caseRecords.at(-1)!.schema,
    sealedPartSchema: releases('sealed-part').at(-1)!.schema,
    profiles: parse(readFileSync(join(root, 'schemas', 'profiles', 'purposes.yaml'), 'utf8')) as ProfileTable,
    machine: parse(readFileSync(join(root, 'schemas', 'status-machine.yaml'), 'utf8')) as StatusMachine,
  }
}
