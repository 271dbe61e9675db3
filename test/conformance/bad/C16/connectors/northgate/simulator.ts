// Keeps notes by their id for whoever shows the token.
import { type Json, jsonAnswer, readJson, type StartSimulator, startHttpSimulator } from '../sdk.ts'

export const startSimulator: StartSimulator = options => {
  const notes: Record<string, Json> = {}
  return startHttpSimulator(options, {
    handle: request => {
      const note = readJson(request.body.toString()) as { id: string }
      notes[note.id] = note
      return jsonAnswer(200, { ok: true })
    },
    build: (message, native) => ({
      method: 'POST',
      path: `/in/${options.system}/${message}`,
      headers: { 'content-type': 'application/json', 'x-token': options.credentials.inbound.token ?? '' },
      body: Buffer.from(JSON.stringify(native)),
    }),
    store: () => ({ ...notes }),
  })
}
