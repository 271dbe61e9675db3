// Errors of the command line.
import type { Entry } from './entry.ts'

export const cliErrors = {
  HUB_CLI_NO_HUB: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({ en: `no hub answers at ${f.host}:${f.port}`, zh: `${f.host}:${f.port} 没有运行中的枢纽` }),
    todo: { en: 'start it with `npm start`, or set HUB_HTTP_PORT', zh: '请用 `npm start` 启动,或设置 HUB_HTTP_PORT' },
  },
  HUB_CLI_REFUSED: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `the hub answered ${f.status} ${f.code ?? ''}`, zh: `枢纽返回 ${f.status} ${f.code ?? ''}` }),
    todo: { en: 'look the code up in ops/handbook/errors.md', zh: '请在 ops/handbook/errors.md 中查阅该代码' },
  },
  HUB_CLI_BENCH: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the bench broke: ${f.process} ${f.what}`,
      zh: `性能测试中断:${f.process} ${f.what}`,
    }),
    todo: {
      en: 'run this part alone (`npm run bench -- <part>`) on a machine that is not busy',
      zh: '请在空闲的机器上单独运行该部分(`npm run bench -- <部分>`)',
    },
  },
  HUB_CLI_ID_FORM: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `${f.id} cannot be the id of a connector`, zh: `${f.id} 不能作为连接器标识` }),
    todo: {
      en: 'choose two words with a hyphen, or one long word: lower-case letters and digits, a letter first',
      zh: '请用连字符连接的两个词或一个较长的词:小写字母和数字,以字母开头',
    },
  },
  HUB_CLI_ID_TAKEN: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `${f.id} is taken by ${f.where}`, zh: `${f.id} 已被 ${f.where} 占用` }),
    todo: { en: 'choose another id', zh: '请另选一个标识' },
  },
  HUB_CLI_ID_COMMON: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `${f.id} is a word of the core (${f.file}); an id must be distinctive`,
      zh: `${f.id} 是核心代码用词(${f.file}),标识须有区分度`,
    }),
    todo: { en: 'add a second word that only this system has', zh: '请加上只属于该系统的第二个词' },
  },
  HUB_CLI_NO_CONNECTOR: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `there is no connector ${f.id}; there are ${f.known}`,
      zh: `没有连接器 ${f.id},现有 ${f.known}`,
    }),
    todo: { en: 'name one of them, or make it with `hub new`', zh: '请指定其中之一,或用 `hub new` 新建' },
  },
  HUB_CLI_NO_MESSAGE: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `${f.id} has no message ${f.message} in this direction; it has ${f.known}`,
      zh: `${f.id} 在该方向没有报文 ${f.message},现有 ${f.known}`,
    }),
    todo: { en: 'name one of them; `--out` is for outbound ones', zh: '请指定其中之一;出站报文用 `--out`' },
  },
  HUB_CLI_NO_FILE: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `${f.file} cannot be read`, zh: `无法读取文件 ${f.file}` }),
    todo: { en: 'look at the path', zh: '请检查路径' },
  },
  HUB_CLI_NO_SYSTEM: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `the configuration has no system ${f.id}; it has ${f.known}`,
      zh: `配置中没有系统 ${f.id},现有 ${f.known}`,
    }),
    todo: { en: 'name one of them, or set HUB_CONFIG', zh: '请指定其中之一,或设置 HUB_CONFIG' },
  },
  HUB_CLI_NO_ADDRESS: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `system ${f.system} has no address that can be called`,
      zh: `系统 ${f.system} 没有可调用的地址`,
    }),
    todo: {
      en: 'give it with `--url http://…`, or write it as `url` of the system in hub.yaml; `npm start` prints those of the demo',
      zh: '请用 `--url http://…` 指定,或写入 hub.yaml 中该系统的 `url`;演示系统的地址由 `npm start` 打印',
    },
  },
  HUB_CLI_PROBE_WAY: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `system ${f.system} is reached by ${f.way}: there is nothing to call`,
      zh: `系统 ${f.system} 通过 ${f.way} 交换,没有可调用的接口`,
    }),
    todo: {
      en: 'probe a system that is called over HTTP; `hub systems` shows how the others do',
      zh: '请检查通过 HTTP 调用的系统;其他系统的状态见 `hub systems`',
    },
  },
  HUB_CLI_NO_TRAFFIC: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `no recorded message ${f.message} could be compared; ${f.unreadable} could not be opened with the keys in ${f.dataDir}`,
      zh: `没有可对比的已收报文 ${f.message};${f.unreadable} 条无法用 ${f.dataDir} 中的密钥解封`,
    }),
    todo: {
      en: 'look at --since, --system, HUB_TOPIC_PREFIX and HUB_DATA_DIR: they must be those of the hub that received the messages',
      zh: '请检查 --since、--system、HUB_TOPIC_PREFIX 和 HUB_DATA_DIR,须与接收报文的枢纽一致',
    },
  },
  HUB_CLI_SHADOW_FILE: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `${f.file} is no inbound mapping`, zh: `${f.file} 不是入站映射文件` }),
    todo: {
      en: 'name a file <message>.inbound.yaml with `from: { connector, message }`: what comes in is what is recorded',
      zh: '请指定含 `from: { connector, message }` 的 <报文>.inbound.yaml 文件;只有收到的报文才有记录',
    },
  },
} as const satisfies Record<string, Entry>
