// The child's side of child.ts: its job, and a word to the parent.

export function readJob<T>(): T & { readonly root: string } {
  return JSON.parse(process.argv[2] ?? '{}') as T & { readonly root: string }
}

export function say(name: string, value: unknown = null): void {
  process.send?.({ name, value })
}

export function onAsk(answers: Readonly<Record<string, () => unknown>>): void {
  process.on('message', async name => say(String(name), await answers[String(name)]?.()))
  // A bench that is gone needs no answers.
  process.on('disconnect', () => process.exit(0))
}

export const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Wall clock in milliseconds with a fraction: the same on all processes of one machine. */
export const clock = (): number => performance.timeOrigin + performance.now()
