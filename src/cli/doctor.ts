/** `sluice doctor`: tries the way to the org and the database step by step, and says what to do about the first cross. */
import type { SalesforcePing, ServerEnvironment } from '../agent/index.ts';
import { type Environment, openStopSignal, resolveSecret, SluiceError } from '../base/index.ts';
import type { PingReport } from '../protocol/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { Terminal } from './terminal.ts';

const settings = {
  'my-domain': { kind: 'text', placeholder: 'URL', help: 'My Domain URL of an org, instead of a file.' },
  'consumer-key': { kind: 'text', placeholder: 'KEY', help: 'Consumer key, with --my-domain.' },
  'consumer-secret': {
    kind: 'text',
    placeholder: 'REFERENCE',
    help: 'Where the secret is: env:SLUICE_SECRET_NAME, or file:PATH in the secrets folder.',
  },
  environment: {
    kind: 'text',
    choices: ['production', 'sandbox'],
    placeholder: 'KIND',
    help: 'What the org should be: production or sandbox, with --my-domain.',
  },
  secrets: sharedSettings.secrets,
  json: sharedSettings.json,
} as const;

type Doctoring = Invocation<typeof settings>;

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Try the way to an org and a database step by step, and say what to mend.',
  description:
    'With connection files it tries the org and the database of each; with interface files also whether the run-as user\n' +
    'may do what they need. With --my-domain, --consumer-key and --consumer-secret it needs no file. The first step that\n' +
    'fails is explained; exit code 0 says that none did. No record is read or changed.',
  positionals: [{ name: 'FILE', help: 'A connection or interface file (YAML).', required: false, many: true }],
  settings,
  example: 'sluice doctor demo.connection.yaml',
  run: doctor,
});

/** One thing that is tried. */
type Tried = { what: string; report: PingReport };

async function doctor(invocation: Doctoring): Promise<number> {
  const { positionals, settings: chosen, terminal } = invocation;
  using stop = openStopSignal();
  const { adviseOnTokenError } = await import('../oauth/index.ts');
  const tried: Tried[] = [];
  const { pingText } = await import('./ping-text.ts');
  for await (const one of tryAll(invocation, stop.signal)) {
    tried.push(one);
    if (!chosen.json) terminal.out(pingText(one.what, one.report, adviseOnTokenError));
  }
  const ok = tried.every(({ report }) => report.ok);
  if (chosen.json) terminal.out(`${JSON.stringify({ event: 'finished', ok, tried })}\n`);
  else if (positionals.length > 0 || tried.length > 1) terminal.out(ok ? 'All is well.\n' : 'Not all is well.\n');
  return ok ? 0 : 1;
}

async function* tryAll({ positionals, settings: chosen, terminal }: Doctoring, signal: AbortSignal) {
  const { pingDatabase, pingSalesforce, databaseSettingsOf, salesforceSettingsOf } = await import('../agent/index.ts');
  const finding = { environment: terminal.environment, secretsFolder: chosen.secrets };
  if (positionals.length === 0) {
    const ping = await pingOfFlags(chosen, finding);
    yield { what: ping.settings.myDomainUrl, report: await pingSalesforce({ ...ping, signal }) };
    return;
  }
  if (chosen['my-domain'] !== undefined) throw usage('a file and --my-domain exclude each other');
  for (const { connection, interfaces } of await readFiles(positionals, terminal)) {
    const { name, salesforce } = connection;
    const environment = salesforce.environment === 'box' ? undefined : kindOf(salesforce.environment);
    const org = { settings: await salesforceSettingsOf(connection, finding), environment, interfaces, signal };
    yield { what: `Salesforce, as ${name} says`, report: await pingSalesforce(org) };
    const database = await databaseSettingsOf(connection, finding);
    yield { what: `The database, as ${name} says`, report: await pingDatabase(database, signal) };
  }
}

/** A scratch org calls itself a sandbox. */
function kindOf(environment: string | undefined): ServerEnvironment | undefined {
  if (environment === undefined) return undefined;
  return environment === 'production' ? 'production' : 'sandbox';
}

function whatIsMissing(needed: Readonly<Record<string, string | undefined>>): string {
  const names = Object.keys(needed).map((name) => `--${name}`);
  const missing = names.filter((name) => needed[name.slice(2)] === undefined);
  if (missing.length === names.length) return 'Give a file, or --my-domain, --consumer-key and --consumer-secret.';
  return `Without a file, --my-domain, --consumer-key and --consumer-secret go together; missing: ${missing.join(', ')}.`;
}

async function pingOfFlags(
  {
    'my-domain': myDomainUrl,
    'consumer-key': consumerKey,
    'consumer-secret': secret,
    environment,
  }: Doctoring['settings'],
  finding: { environment: Environment; secretsFolder: string | undefined },
): Promise<SalesforcePing> {
  if (myDomainUrl === undefined || consumerKey === undefined || secret === undefined)
    throw usage(whatIsMissing({ 'my-domain': myDomainUrl, 'consumer-key': consumerKey, 'consumer-secret': secret }));
  const consumerSecret = await resolveSecret(secret, { ...finding, setting: 'consumer-secret' });
  const { readProxy } = await import('../salesforce/index.ts');
  const proxy = readProxy(finding.environment);
  return {
    settings: { myDomainUrl, consumerKey, consumerSecret, proxy },
    environment: environment as ServerEnvironment,
  };
}

/** Each connection once, with the interfaces that were named for it. */
async function readFiles(files: readonly string[], { environment }: Terminal) {
  const { loadAnyInterface, readConnectionFile } = await import('../agent/index.ts');
  type Found = {
    connection: ReturnType<typeof readConnectionFile>;
    interfaces: ReturnType<typeof loadAnyInterface>['interface'][];
  };
  const found = new Map<string, Found>();
  for (const file of files) {
    const loaded = isConnection(file) ? undefined : loadAnyInterface(file, environment);
    const connection = loaded?.connection ?? readConnectionFile(file, environment);
    const known = found.get(connection.name) ?? { connection, interfaces: [] };
    if (loaded !== undefined) known.interfaces.push(loaded.interface);
    found.set(connection.name, known);
  }
  return found.values();
}

/** By its name, as everywhere in the manual. */
function isConnection(file: string): boolean {
  return /connection\.ya?ml$/i.test(file);
}

function usage(reason: string): SluiceError {
  return new SluiceError('USAGE', { reason, command: 'doctor' });
}
