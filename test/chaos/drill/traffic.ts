// The traffic of a drill, by its seed: which message goes out when. Both the sender and the count make it for themselves.
import { seeded } from './random.ts'
import { hotlineNumber, hotlineStrand, labourStrand, largeStrand, type Sketch, type Strand } from './strands.ts'

export interface Planned extends Sketch {
  readonly index: number
  readonly strand: number
  /** Strands of one group cite one number and make one case. */
  readonly group: number
}

export interface Traffic {
  readonly messages: readonly Planned[]
  readonly strands: number
}

export interface TrafficOptions {
  readonly seed: number
  readonly count: number
  /** Where the one message stands that cannot be produced after mapping; left out: none. */
  readonly largeAt?: number
}

/** Strands under way at the same time: at 300 messages a second a number speaks every second or so. */
const under = 300

interface Open {
  readonly id: number
  readonly strand: Strand
  readonly group: number
  next: number
}

export function traffic({ seed, count, largeAt }: TrafficOptions): Traffic {
  const random = seeded(seed)
  const messages: Planned[] = []
  const open: Open[] = []
  let strands = 0
  const begin = (strand: Strand, group = strands): void => {
    open.push({ id: strands, strand, next: 0, group })
    strands += 1
  }
  const beginSome = (): void => {
    const serial = 1 + strands
    const chance = random()
    if (chance < 0.15) {
      const group = strands
      begin(hotlineStrand(serial, random), group)
      begin(labourStrand(serial + 1, random, hotlineNumber(serial)), group)
      if (chance < 0.05) begin(labourStrand(serial + 2, random, hotlineNumber(serial)), group)
    } else if (chance < 0.25) begin(hotlineStrand(serial, random))
    else begin(labourStrand(serial, random))
  }
  const say = (one: Open): void => {
    const sketch = one.strand[one.next]!
    messages.push({ ...sketch, index: messages.length, strand: one.id, group: one.group })
    one.next += 1
    if (one.next === one.strand.length) open.splice(open.indexOf(one), 1)
  }
  // Towards the end no new strands, so that nearly all are told to their ends.
  while (messages.length < count) {
    if (messages.length === largeAt) {
      begin(largeStrand(1 + strands))
      say(open.at(-1)!)
    }
    while (open.length < Math.min(under, count - messages.length)) beginSome()
    say(open[Math.floor(random() * open.length)]!)
  }
  return { messages, strands }
}
