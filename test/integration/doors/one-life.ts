// The life of a process with one door: a delivery, the door closed, and nothing that keeps the process alive.
import { type DoorJob, entries, makeDoor } from './make.ts'

const door = makeDoor(JSON.parse(process.argv[2]!) as DoorJob)
const { kind } = await door.attempt(entries(1)[0]!, 1)
await door.close?.()
process.stdout.write(kind)
