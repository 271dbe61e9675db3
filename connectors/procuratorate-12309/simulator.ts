// Stands in for the platform of one county's procuratorate, over an exchange folder: lays its own intakes out, opens one for
// each clue, hears notices. What it would give back, and how it numbers: README.md.
import {
  isObject,
  type Json,
  type JsonObject,
  objectOf,
  type SimulatorFile,
  type StartSimulator,
  startFileSimulator,
  textOf,
} from '../sdk.ts'

const office = { jgmc: '杭州市西湖区人民检察院', jgdm: '330106JC' }
const firstSerial = 1

interface Office {
  readonly intakes: Map<string, JsonObject>
  /** Numbers by the case that a clue named: the same matter is not taken twice. */
  readonly clues: Map<string, string>
  readonly returned: Json[]
  readonly serials: Map<string, number>
  readonly now: () => Date
}

export const startSimulator: StartSimulator = options => {
  const kept: Office = { intakes: new Map(), clues: new Map(), returned: [], serials: new Map(), now: options.now }
  return startFileSimulator(options, {
    stem: (message, native) => `${message}-${numberIn(keep(kept, native))}`,
    handle: (file, refuse) => answer(kept, file, refuse),
    store: () => ({ intakes: Object.fromEntries(kept.intakes), returned: kept.returned }),
    reexport: file => reexport(kept, file),
  })
}

function answer(kept: Office, { name, native }: SimulatorFile, refuse: boolean): Json {
  const body = objectOf(native)
  const lsh = textOf(body?.lsh)
  if (body === undefined || lsh === '') return giveBack(kept, name, lsh, '文件无法解析或缺少流水号')
  if (refuse) return giveBack(kept, name, lsh, '不属于本院管辖')
  return name.startsWith('notice_') ? notice(kept, name, body) : clue(kept, name, body)
}

function clue(kept: Office, name: string, body: JsonObject): Json {
  const lsh = textOf(body.lsh)
  const matter = textOf(body.ywlsh)
  if (matter === '') return giveBack(kept, name, lsh, '缺少业务流水号')
  if (textOf(body.bt) === '' && textOf(body.nr) === '') return giveBack(kept, name, lsh, '缺少线索内容')
  const known = kept.clues.get(matter)
  if (known !== undefined) return taken(kept, name, lsh, known)
  const slbh = nextNumber(kept)
  const { lsh: _serial, xssj, zjdw, lyxt: _system, ...said } = body
  const step = { bz: '收到', rq: clock(kept.now()), bm: '控告申诉检察部门', nr: `${textOf(zjdw) || '其他单位'}移送` }
  kept.intakes.set(slbh, { ...said, slbh, ...office, sqrq: textOf(xssj).slice(0, 10), bljl: [step], notices: [] })
  kept.clues.set(matter, slbh)
  return taken(kept, name, lsh, slbh)
}

function notice(kept: Office, name: string, body: JsonObject): Json {
  const lsh = textOf(body.lsh)
  const intake = kept.intakes.get(textOf(body.slbh))
  if (!intake) return giveBack(kept, name, lsh, '无此受理编号')
  const { lsh: _serial, slbh: _number, ...said } = body
  const slbh = textOf(intake.slbh)
  kept.intakes.set(slbh, { ...intake, notices: [...listOf(intake.notices), said] })
  return taken(kept, name, lsh, slbh)
}

function taken(kept: Office, wjm: string, lsh: string, slbh: string): Json {
  return { wjm, lsh, jg: '1', slbh, zt: stepOf(kept.intakes.get(slbh)), sj: clock(kept.now()), ly: null }
}

function giveBack(kept: Office, wjm: string, lsh: string, ly: string): Json {
  kept.returned.push({ lsh, ly })
  return { wjm, lsh, jg: '0', slbh: null, zt: null, sj: clock(kept.now()), ly }
}

function stepOf(intake: JsonObject | undefined): string {
  return textOf(objectOf(listOf(intake?.bljl).at(-1))?.bz) || textOf(objectOf(intake?.cxhf)?.jl) || '收到'
}

/** An intake that its own staff entered: kept, then laid out as it was typed. */
function keep(kept: Office, native: Json): Json {
  for (const one of Array.isArray(native) ? native : [native]) {
    const slbh = isObject(one) ? textOf(one.slbh) : ''
    if (!isObject(one) || slbh === '') continue
    kept.intakes.set(slbh, { notices: [], ...kept.intakes.get(slbh), ...one })
    const [, month, serial] = /^JC\d{6}(\d{6})(\d{4})$/.exec(slbh) ?? []
    if (month !== undefined)
      kept.serials.set(month, Math.max(kept.serials.get(month) ?? firstSerial, Number(serial) + 1))
  }
  return native
}

/** A number fit for a file name. */
function numberIn(native: Json): string {
  const slbh = textOf(objectOf(Array.isArray(native) ? native[0] : native)?.slbh)
  return /^[A-Z0-9]{4,30}$/.test(slbh) ? slbh : 'X'
}

function nextNumber(kept: Office): string {
  const month = clock(kept.now()).slice(0, 7).replace('-', '')
  const serial = kept.serials.get(month) ?? firstSerial
  kept.serials.set(month, serial + 1)
  return `JC330106${month}${String(serial).padStart(4, '0')}`
}

/** The intake that a file of the hub was about, laid out again with one more row. */
function reexport(kept: Office, { native }: SimulatorFile): readonly { message: string; native: Json }[] {
  const body = objectOf(native)
  const slbh = textOf(body?.slbh) || (kept.clues.get(textOf(body?.ywlsh)) ?? '')
  const intake = kept.intakes.get(slbh)
  if (!intake) return []
  const { notices: _notices, ...own } = intake
  const again = { bz: stepOf(intake), rq: clock(kept.now()), bm: '控告申诉检察部门' }
  return [{ message: 'intake', native: { ...own, bljl: [...listOf(own.bljl), again] } }]
}

// The office's clock shows Zhejiang time.
function clock(now: Date): string {
  return new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
