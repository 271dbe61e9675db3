// Avro types with the logical types the hub uses: dates and decimals are text, timestamps plain numbers.
import avro from 'avsc'

class DateText extends avro.types.LogicalType {
  override _fromValue(days: number): string {
    return new Date(days * 86_400_000).toISOString().slice(0, 10)
  }
  override _toValue(text: string): number {
    return Math.round(Date.parse(`${text}T00:00:00Z`) / 86_400_000)
  }
  override _resolve(type: avro.Type): ((value: number) => string) | undefined {
    return avro.Type.isType(type, 'int', 'logical:date') ? (value: number) => this._fromValue(value) : undefined
  }
}

/** decimal(18,2) as text: "186400.00". Two's complement big-endian bytes on the wire, as the Avro specification says. */
class DecimalText extends avro.types.LogicalType {
  override _fromValue(bytes: Buffer): string {
    let units = 0n
    for (const byte of bytes) units = (units << 8n) | BigInt(byte)
    if (bytes.length > 0 && bytes[0]! & 0x80) units -= 1n << BigInt(8 * bytes.length)
    const sign = units < 0n ? '-' : ''
    const digits = (units < 0n ? -units : units).toString().padStart(3, '0')
    return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
  }
  override _toValue(text: string): Buffer {
    const negative = text.startsWith('-')
    const [whole = '0', part = ''] = text.replace('-', '').split('.')
    const units = BigInt(whole + part.padEnd(2, '0').slice(0, 2)) * (negative ? -1n : 1n)
    let size = 1n
    while (units < -(1n << (8n * size - 1n)) || units >= 1n << (8n * size - 1n)) size += 1n
    const hex = BigInt.asUintN(Number(8n * size), units).toString(16)
    return Buffer.from(hex.padStart(Number(2n * size), '0'), 'hex')
  }
  override _resolve(type: avro.Type): ((value: Buffer) => string) | undefined {
    return avro.Type.isType(type, 'bytes', 'logical:decimal') ? (value: Buffer) => this._fromValue(value) : undefined
  }
}

export type Schema = avro.Schema

export function avroType(schema: Schema): avro.Type {
  return avro.Type.forSchema(schema, { logicalTypes: { date: DateText, decimal: DecimalText } })
}
