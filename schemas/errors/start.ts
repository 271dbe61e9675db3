// Errors of the area "start": what can go wrong before the hub listens.
import type { Entry } from './entry.ts'

export const startErrors = {
  HUB_START_PORT_TAKEN: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({
      en: `port ${f.port} on this machine is taken by another program`,
      zh: `本机端口 ${f.port} 已被其他程序占用`,
    }),
    todo: {
      en: 'stop that program, or choose another port with the variable HUB_KAFKA_PORT (Kafka) or HUB_HTTP_PORT (hub)',
      zh: '请停止该程序,或用环境变量 HUB_KAFKA_PORT(Kafka)、HUB_HTTP_PORT(枢纽)另选端口',
    },
  },
  HUB_START_DATA_IN_USE: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the data directory ${f.directory} is in use by another hub (process ${f.pid})`,
      zh: `数据目录 ${f.directory} 正被另一个枢纽进程(进程号 ${f.pid})使用`,
    }),
    todo: {
      en: 'stop the other hub, or give this one its own directory with HUB_DATA_DIR',
      zh: '请停止另一个枢纽,或用 HUB_DATA_DIR 为本实例指定单独的目录',
    },
  },
  HUB_START_JAVA_MISSING: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `Java could not be started: ${f.java}`, zh: `无法启动 Java:${f.java}` }),
    todo: {
      en: 'install Java 17 or newer, or set KAFKA_BROKERS to use an existing Kafka',
      zh: '请安装 Java 17 或更高版本,或设置 KAFKA_BROKERS 使用已有的 Kafka',
    },
  },
  HUB_START_KAFKA_MISSING: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({ en: `the Kafka jars are not in ${f.directory}`, zh: `${f.directory} 中没有 Kafka 程序包` }),
    todo: {
      en: 'run `npm start` or `npm test` once: it fetches them; or set KAFKA_BROKERS to use an existing Kafka',
      zh: '请先运行一次 `npm start` 或 `npm test` 自动获取;或设置 KAFKA_BROKERS 使用已有的 Kafka',
    },
  },
  HUB_START_KAFKA_AWAY: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({
      en: `Kafka at ${f.brokers} has not answered for ${f.seconds} seconds`,
      zh: `Kafka(${f.brokers})已 ${f.seconds} 秒没有应答`,
    }),
    todo: {
      en: 'start the brokers or correct KAFKA_BROKERS; without that variable the hub starts its own Kafka',
      zh: '请启动 Kafka 节点或更正 KAFKA_BROKERS;不设置该变量时枢纽自带 Kafka',
    },
  },
  HUB_START_DISK_FULL: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({ en: `the disk of ${f.directory} is full`, zh: `${f.directory} 所在磁盘已满` }),
    todo: {
      en: 'free some space, or point HUB_DATA_DIR to another disk',
      zh: '请清理磁盘空间,或用 HUB_DATA_DIR 指向其他磁盘',
    },
  },
  HUB_START_BROKER_FAILED: {
    stage: 'start',
    retryable: true,
    status: 0,
    says: f => ({
      en: `the embedded Kafka ${f.what}; its log is ${f.log}`,
      zh: `内置 Kafka 启动失败(${f.what}),日志见 ${f.log}`,
    }),
    todo: {
      en: 'read the last lines of the log; if the data is of no value, delete the data directory and start again',
      zh: '请查看日志末尾;若数据无保留价值,可删除数据目录后重新启动',
    },
  },
  HUB_START_CONFIG: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `${f.file}${f.line ? `:${f.line}:${f.column}` : ''} is not a valid configuration: ${f.rule}`,
      zh: `配置文件 ${f.file}${f.line ? `:${f.line}:${f.column}` : ''} 不正确:${f.rule}`,
    }),
    todo: {
      en: 'mend the file; schemas/files/hub.schema.json says what it may hold',
      zh: '请修正该文件,可用内容见 schemas/files/hub.schema.json',
    },
  },
  HUB_START_DEMO_EXPOSED: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `the demo credentials are public, so the demo may listen on loopback only, not on ${f.host}`,
      zh: `演示凭据是公开的,演示模式只能监听本机回环地址,不能监听 ${f.host}`,
    }),
    todo: {
      en: 'give a configuration of your own with HUB_CONFIG, or listen on 127.0.0.1',
      zh: '请用 HUB_CONFIG 指定自己的配置,或监听 127.0.0.1',
    },
  },
  HUB_START_CONNECTOR: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `connector ${f.connector} cannot be loaded: ${f.problem}`,
      zh: `连接器 ${f.connector} 无法加载:${f.problem}`,
    }),
    todo: { en: 'run `npm run lint`, mend what it names', zh: '请运行 `npm run lint` 并修正其指出的问题' },
  },
  HUB_START_DATABASE: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `${f.server} for tests and bench cannot be started: ${f.what}`,
      zh: `无法启动测试和压测用的 ${f.server}:${f.what}`,
    }),
    todo: {
      en: 'run `npm ci` once more with optional packages; as root the machine needs an account postgres or nobody',
      zh: '请重新运行 `npm ci`(含可选包);以 root 运行时本机需有 postgres 或 nobody 账号',
    },
  },
  HUB_START_SIMULATORS: {
    stage: 'start',
    retryable: false,
    status: 0,
    says: f => ({
      en: `the simulators of the demo ended with code ${f.code}`,
      zh: `演示模拟器异常退出,代码 ${f.code}`,
    }),
    todo: {
      en: 'read the lines above, or start without the demo: HUB_DEMO=off',
      zh: '请查看上方输出,或用 HUB_DEMO=off 启动',
    },
  },
} as const satisfies Record<string, Entry>
