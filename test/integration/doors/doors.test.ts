// One contract for all push doors, kept over real sockets, real files and real databases.
import { describe } from 'vitest'
import { serverKinds, useServer } from '../../helpers/databases.ts'
import { pushDoorContract } from './contract.ts'
import { localStand, sftpStand } from './file-stand.ts'
import { httpStand } from './http-stand.ts'
import { tableStand } from './table-stand.ts'

pushDoorContract({ name: 'webhooks', stand: () => httpStand('webhook'), saysAll: true })
pushDoorContract({ name: 'native calls', stand: () => httpStand('native') })
pushDoorContract({ name: 'native calls whose receiver can be asked', stand: () => httpStand('asking') })
pushDoorContract({ name: 'files in a local folder', stand: localStand, hasNoLine: true })
pushDoorContract({ name: 'files on an SFTP server', stand: sftpStand })

describe.each(serverKinds())('%s', kind => {
  const fresh = useServer(kind)
  pushDoorContract({ name: `tables of ${kind}`, stand: async () => tableStand(await fresh()) })
})
