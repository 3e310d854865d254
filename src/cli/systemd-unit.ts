/** A unit for systemd: the program as a service, with as few rights as it can do with. */
import { fileURLToPath } from 'node:url';

export type UnitWish = {
  kind: 'up' | 'hub' | 'agent';
  /** Of the unit, of its folder below /var/lib, and of its settings file. */
  name: string;
  /** Without it systemd makes one for the service. */
  user: string | undefined;
  node?: string;
  program?: string;
};

const descriptions = {
  up: 'Sluice, hub and agent',
  hub: 'Sluice, the hub',
  agent: 'Sluice, an agent',
} as const;

/** Each keeps its data below the folder of the service, which is also where it works. */
const commands = { up: 'up --data .', hub: 'hub start --data hub', agent: 'agent start --data agent' } as const;

/** Longer than a stop in good order takes: five seconds for work, three for reports, three for callers. */
const stopSeconds = 30;

/** V8 writes the code it runs, so MemoryDenyWriteExecute is not among them. */
const bounds = [
  'NoNewPrivileges=yes',
  'CapabilityBoundingSet=',
  'AmbientCapabilities=',
  'ProtectSystem=strict',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectProc=invisible',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectControlGroups=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RemoveIPC=yes',
  'LockPersonality=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
];

/** The text of the unit. */
export function systemdUnit({
  kind,
  name,
  user,
  node = process.execPath,
  program = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url)),
}: UnitWish): string {
  const isAtHome = [node, program].some((path) => /^\/(home|root|run\/user)\//.test(path));
  const lines = [
    ...nextSteps({ kind, name, isAtHome }),
    '',
    '[Unit]',
    `Description=${descriptions[kind]}`,
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${word(node)} ${word(program)} ${commands[kind]}`,
    `EnvironmentFile=-/etc/sluice/${name}.env`,
    ...offers(kind),
    ...(user === undefined ? ['DynamicUser=yes'] : [`User=${user}`]),
    `StateDirectory=${name}`,
    'StateDirectoryMode=0700',
    `WorkingDirectory=%S/${name}`,
    'UMask=0077',
    'Restart=on-failure',
    'RestartSec=5',
    '# Settings that are wrong stay wrong until somebody mends them.',
    'RestartPreventExitStatus=2',
    'KillSignal=SIGTERM',
    'KillMode=mixed',
    `TimeoutStopSec=${stopSeconds}`,
    'LimitNOFILE=65536',
    // The program itself lies there: it may be read, and nothing else there written.
    `ProtectHome=${isAtHome ? 'read-only' : 'yes'}`,
    ...bounds,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ];
  return lines.join('\n');
}

/** What is offered: secrets are handed to the service by systemd as files that nobody else can read. */
function offers(kind: UnitWish['kind']): string[] {
  const tls = [
    '# For https: the files are read by systemd, and given to the service alone.',
    '#LoadCredential=tls-certificate:/etc/sluice/tls-certificate.pem',
    '#LoadCredential=tls-key:/etc/sluice/tls-key.pem',
    '#Environment=SLUICE_HUB_TLS_CERTIFICATE=%d/tls-certificate SLUICE_HUB_TLS_KEY=%d/tls-key',
  ];
  const metrics = [
    '# For metrics that are read from elsewhere.',
    '#LoadCredential=metrics-token:/etc/sluice/metrics-token',
    '#Environment=SLUICE_METRICS_TOKEN_FILE=%d/metrics-token',
  ];
  const files = [
    '# For folders of files that interfaces write into; all others can be read alone.',
    '#ReadWritePaths=/srv/files',
  ];
  return [...(kind === 'agent' ? [] : tls), ...metrics, ...(kind === 'hub' ? [] : files)];
}

const examples = {
  up: 'SLUICE_HUB_PORT=8088, SLUICE_AGENT_FILES=/srv/files, HTTPS_PROXY=http://proxy:3128',
  hub: 'SLUICE_HUB_HOST=0.0.0.0, SLUICE_HUB_PUBLIC_URL=https://sluice.acme.example',
  agent: 'SLUICE_AGENT_HUB=https://sluice.acme.example, and at the first start SLUICE_AGENT_CODE',
} as const;

/** Where the first start leaves its password, since no terminal is there. */
const passwords = { up: 'hub/administrator', hub: 'hub/administrator', agent: 'agent/first-password' } as const;

function nextSteps({ kind, name, isAtHome }: { kind: UnitWish['kind']; name: string; isAtHome: boolean }): string[] {
  return [
    `# 1. sluice service print ${kind} | sudo tee /etc/systemd/system/${name}.service`,
    `# 2. Settings, if any, in /etc/sluice/${name}.env, one NAME=VALUE a line, for root alone (mode 0600):`,
    `#    ${examples[kind]}`,
    `# 3. sudo systemctl daemon-reload && sudo systemctl enable --now ${name}`,
    `# 4. Who may log in: sudo cat /var/lib/${name}/${passwords[kind]}`,
    `# 5. Its log: journalctl -u ${name}`,
    ...(isAtHome
      ? [
          '# Mind: node or the program lies in a home folder. The user of the service must be able to read it there; better,',
          '# install both for all users.',
        ]
      : []),
  ];
}

/** As systemd reads it: in quotes, with its own signs doubled. */
function word(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', () => '$$');
  return /^[\w./:@+,=-]+$/.test(text) ? text : `"${escaped}"`;
}
