// DEMO ONLY. Credentials of the demo systems, derived from the system id, refused unless the hub listens on loopback.

export interface DemoCredentials {
  readonly inbound: Readonly<Record<string, string>>
  readonly outbound: Readonly<Record<string, string>>
}

export function demoCredentials(system: string): DemoCredentials {
  return {
    inbound: { accessKey: `demo-ak-${system}`, secret: `demo-sk-${system}`, token: `demo-token-${system}` },
    outbound: {
      accessKey: `demo-hub-ak-${system}`,
      secret: `demo-hub-sk-${system}`,
      appKey: `demo-hub-app-${system}`,
      username: 'hub',
      password: `demo-hub-pw-${system}`,
      token: `demo-hub-token-${system}`,
    },
  }
}

export const demoOperatorKey = 'demo-operator'
