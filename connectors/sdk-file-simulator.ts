// What all simulators over exchange folders share: files laid out half-written, then whole, then marked; the hub's files taken
// once they are marked, each answered by an `.ack`. The failure modes are those of a system that nobody can call.
import { type FileHandle, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { jsonAnswer, readJson } from './sdk-form.ts'
import { openService, reply } from './sdk-service.ts'
import type { Behaviour, Json, Simulator, SimulatorOptions } from './sdk-types.ts'

export interface SimulatorFile {
  readonly name: string
  readonly native: Json | undefined
}

export interface FileSimulatorParts {
  /** The beginning of the name that a file of this message gets; a running number is added. */
  readonly stem: (message: string, native: Json) => string
  /** What it does with a file of the hub, and the words of its answer. `refuse` is true in mode refuse. */
  readonly handle: (file: SimulatorFile, refuse: boolean) => Json
  readonly store: () => Json
  /** Mode reexport: what it lays out after it took a file. */
  readonly reexport?: (file: SimulatorFile) => readonly { message: string; native: Json }[]
}

/** As the system names them: `out` is what it lays out. */
const folders = { out: 'out', in: 'in', taken: 'in/done' }
const lookMs = 50

export async function startFileSimulator(options: SimulatorOptions, parts: FileSimulatorParts): Promise<Simulator> {
  const root = options.folder ?? (await mkdtemp(join(tmpdir(), 'exchange-')))
  for (const folder of Object.values(folders)) await mkdir(join(root, folder), { recursive: true })
  const exchange = new Exchange(root, parts)
  const { send, behave } = exchange
  const { store } = parts
  const service = await openService(options.port, {
    send,
    store,
    behave,
    mode: () => exchange.mode,
    serve: async (_, response) => reply(response, jsonAnswer(404, null)),
  })
  return {
    url: service.url,
    ways: { 'file-drop': { url: pathToFileURL(root).href } },
    send,
    store,
    behave,
    async close() {
      await exchange.stop()
      await service.close()
      if (options.folder === undefined) await rm(root, { recursive: true, force: true })
    },
  }
}

class Exchange {
  readonly #root: string
  readonly #parts: FileSimulatorParts
  /** By file name: a copy of a delivery is recognised by it, and answered in the same words. */
  readonly #answers = new Map<string, Json>()
  /** Answers of which only a part was written when it was cut off. They are finished where they lie by then. */
  readonly #unfinished: { readonly file: FileHandle; readonly rest: string }[] = []
  #behaviour: Behaviour = { mode: 'normal' }
  #laid = 0
  #isStopping = false
  readonly #looking: Promise<void>

  constructor(root: string, parts: FileSimulatorParts) {
    this.#root = root
    this.#parts = parts
    this.#looking = this.#keepLooking()
  }

  get mode(): Behaviour['mode'] {
    return this.#behaviour.mode
  }

  readonly behave: Simulator['behave'] = next => {
    this.#behaviour = next
  }

  readonly send: Simulator['send'] = async (message, native) => {
    this.#laid += 1
    const name = `${this.#parts.stem(message, native)}-${String(this.#laid).padStart(6, '0')}.json`
    const bytes = Buffer.from(JSON.stringify(native))
    const place = join(this.#root, folders.out, name)
    await writeFile(place, bytes.subarray(0, bytes.length / 2))
    await this.#pause()
    await writeFile(place, bytes)
    await this.#pause()
    await writeFile(`${place}.done`, '')
    return jsonAnswer(202, { file: name })
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#looking
    await this.#finish()
  }

  async #keepLooking(): Promise<void> {
    while (!this.#isStopping) {
      // A folder may be taken away for a while: it looks again.
      await this.#look().catch(() => undefined)
      await rest(lookMs)
    }
  }

  async #look(): Promise<void> {
    if (this.#isAway()) return
    if (this.mode !== 'cut') await this.#finish()
    for (const name of await this.#marked()) {
      await this.#pause()
      if (this.#isAway()) return
      await this.#take(name)
    }
  }

  #isAway(): boolean {
    return this.mode === 'down' || this.mode === 'error'
  }

  /** Files of the hub with their marks, oldest first. */
  async #marked(): Promise<string[]> {
    const names = await readdir(join(this.#root, folders.in))
    const marked = names.filter(name => name.endsWith('.done') && names.includes(name.slice(0, -5)))
    const aged = await Promise.all(
      marked.map(async mark => ({ mark, at: (await stat(join(this.#root, folders.in, mark))).mtimeMs })),
    )
    return aged.sort((a, b) => a.at - b.at || (a.mark < b.mark ? -1 : 1)).map(one => one.mark.slice(0, -5))
  }

  async #take(name: string): Promise<void> {
    const place = join(this.#root, folders.in, name)
    const file = { name, native: readJson(await readFile(place, 'utf8')) }
    const isNew = !this.#answers.has(name)
    const answer = this.#answers.get(name) ?? this.#parts.handle(file, this.mode === 'refuse')
    this.#answers.set(name, answer)
    await rename(place, join(this.#root, folders.taken, name))
    await rm(`${place}.done`, { force: true })
    if (this.mode === 'cut') return this.#begin(`${place}.ack`, JSON.stringify(answer))
    await writeFile(`${place}.ack.part`, JSON.stringify(answer))
    await rename(`${place}.ack.part`, `${place}.ack`)
    if (this.mode !== 'reexport' || !isNew) return
    for (const one of this.#parts.reexport?.(file) ?? []) await this.send(one.message, one.native)
  }

  async #begin(place: string, text: string): Promise<void> {
    const half = text.length / 2
    const file = await open(place, 'w')
    await file.write(text.slice(0, half))
    this.#unfinished.push({ file, rest: text.slice(half) })
  }

  async #finish(): Promise<void> {
    for (const { file, rest } of this.#unfinished.splice(0)) {
      await file.write(rest)
      await file.close()
    }
  }

  #pause(): Promise<void> {
    return rest(this.mode === 'slow' ? (this.#behaviour.delayMs ?? 1000) : 1)
  }
}

function rest(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms))
}
