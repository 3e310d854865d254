/** Says what makes no sense in an app, in Setup's words; for the setup file and for an administrator alike. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { isAddressRange } from '../../oauth/index.ts';
import type { AppKind } from './app.ts';
import { type AppFields, distributionStates, ipRelaxations, jwtTimeoutMinutes, permittedUsersPolicies } from './app.ts';
import { isRefreshTokenPolicy, refreshTokenPolicyForm } from './refresh-token-policy.ts';
import { scopeTokens } from './scope-table.ts';
import type { SetupProblem } from './setup-refused.ts';

/** What names in an app may point to. */
export type KnownNames = {
  usernames: readonly string[];
  profiles: readonly string[];
  permissionSets: readonly string[];
};

type Check = (app: AppFields, kind: AppKind, known: KnownNames) => SetupProblem[];

const maxNameLength = 80;
const maxApiNameLength = 80;
const maxRanges = 128;
const maxDescription = 255;
const maxCallbackLength = 2000;

/** Only what the values themselves tell; whether names and keys are free is for the store to know. */
export function checkApp(app: AppFields, kind: AppKind, known: KnownNames): SetupProblem[] {
  return checks.flatMap((check) => check(app, kind, known));
}

const checks: readonly Check[] = [
  checkNames,
  checkContact,
  checkCallbackUrls,
  checkScopes,
  checkKind,
  checkChoices,
  checkRunAs,
  checkPreAuthorized,
  checkRanges,
  checkTimeouts,
  checkCertificate,
];

function checkNames({ name, apiName }: AppFields): SetupProblem[] {
  const problems: SetupProblem[] = [];
  if (name.trim() === '') problems.push(problem('name', 'You must enter a value.'));
  if (name.length > maxNameLength)
    problems.push(problem('name', `The name is longer than ${maxNameLength} characters.`));
  if (!/^[A-Za-z](?:[A-Za-z0-9]|_(?=[A-Za-z0-9]))*$/.test(apiName) || apiName.length > maxApiNameLength) {
    problems.push(
      problem(
        'apiName',
        'The API Name may have letters, digits and underscores only; it begins with a letter, does not end with an underscore, and has no two underscores in a row.',
      ),
    );
  }
  return problems;
}

const longest = { contactEmail: 255, contactPhone: 40, description: 255, infoUrl: 255 } as const;

function checkContact(app: AppFields): SetupProblem[] {
  const { contactEmail, infoUrl } = app;
  const tooLong = Object.entries(longest).filter(
    ([field, length]) => (app[field as keyof typeof longest] ?? '').length > length,
  );
  const problems = tooLong.map(([field, length]) => problem(field, `This is longer than ${length} characters.`));
  if (contactEmail !== '' && !/^[^@\s]+@[^@\s]+$/.test(contactEmail))
    problems.push(problem('contactEmail', 'This is no e-mail address.'));
  if (infoUrl !== null && !URL.canParse(infoUrl)) problems.push(problem('infoUrl', 'This is no URL.'));
  return problems;
}

function checkCallbackUrls({ callbackUrls }: AppFields): SetupProblem[] {
  return callbackUrls.flatMap((url, index) => {
    const message = checkCallbackUrl(url);
    return message === undefined ? [] : [problem(`callbackUrls[${index}]`, message)];
  });
}

const localHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
/** A browser would run what follows. */
const harmfulSchemes: readonly string[] = ['javascript:', 'data:', 'vbscript:', 'file:'];

/** https anywhere, plain http to this machine alone, or a scheme of the app's own. */
function checkCallbackUrl(text: string): string | undefined {
  if (text.length > maxCallbackLength) return `A Callback URL has at most ${maxCallbackLength} characters.`;
  if (/\s/.test(text) || !URL.canParse(text)) return `${text} is no URL.`;
  const { protocol, hostname, hash } = new URL(text);
  if (hash !== '' || text.endsWith('#')) return 'A Callback URL has no fragment (#).';
  if (harmfulSchemes.includes(protocol)) return `A Callback URL cannot begin with ${protocol}`;
  if (protocol === 'http:' && !localHosts.includes(hostname))
    return 'A Callback URL must begin with https, or name localhost.';
  return undefined;
}

function checkScopes({ scopes }: AppFields): SetupProblem[] {
  const unknown = scopes.filter((scope) => !scopeTokens.includes(scope));
  const twice = scopes.filter((scope, index) => scopes.indexOf(scope) < index);
  return [
    ...unknown.map((scope) => problem('scopes', `There is no OAuth scope ${scope}.`)),
    ...twice.map((scope) => problem('scopes', `The scope ${scope} is there twice.`)),
  ];
}

function checkKind(
  { distributionState, clientCredentialsAllowed, installed }: AppFields,
  kind: AppKind,
): SetupProblem[] {
  if (kind === 'externalClientApp') return [];
  const problems: SetupProblem[] = [];
  if (distributionState !== 'Local')
    problems.push(problem('distributionState', 'Only external client apps have a distribution state.'));
  if (!installed) problems.push(problem('installed', 'Only external client apps can be of another org.'));
  if (!clientCredentialsAllowed)
    problems.push(problem('clientCredentialsAllowed', 'Only external client apps have this second switch.'));
  return problems;
}

function checkChoices({ distributionState, permittedUsers, ipRelaxation }: AppFields): SetupProblem[] {
  return [
    ...checkChoice('distributionState', distributionState, distributionStates),
    ...checkChoice('permittedUsers', permittedUsers, permittedUsersPolicies),
    ...checkChoice('ipRelaxation', ipRelaxation, ipRelaxations),
  ];
}

function checkChoice(field: string, value: string, choices: readonly string[]): SetupProblem[] {
  return choices.includes(value) ? [] : [problem(field, `This must be one of ${choices.join(', ')}.`)];
}

function checkRunAs({ runAs }: AppFields, _kind: AppKind, { usernames }: KnownNames): SetupProblem[] {
  if (runAs === null || hasName(usernames, runAs)) return [];
  return [problem('runAs', `Invalid User: ${runAs} is the username of nobody in this org.`)];
}

function checkPreAuthorized(app: AppFields, _kind: AppKind, known: KnownNames): SetupProblem[] {
  const missing = (field: 'profiles' | 'permissionSets', what: string) =>
    app[field]
      .filter((name) => !hasName(known[field], name))
      .map((name) => problem(field, `There is no ${what} ${name}.`));
  return [...missing('profiles', 'profile'), ...missing('permissionSets', 'permission set')];
}

function checkRanges({ trustedIpRanges }: AppFields): SetupProblem[] {
  return checkIpRanges('trustedIpRanges', trustedIpRanges);
}

export function checkIpRanges(field: string, ranges: AppFields['trustedIpRanges']): SetupProblem[] {
  if (ranges.length > maxRanges) return [problem(field, `There can be at most ${maxRanges} ranges.`)];
  return ranges.flatMap((range, index) =>
    isAddressRange(range) && (range.description ?? '').length <= maxDescription
      ? []
      : [
          problem(
            `${field}[${index}]`,
            `${range.start} to ${range.end} is no range of IP addresses from low to high, or its description is longer than ${maxDescription} characters.`,
          ),
        ],
  );
}

function checkTimeouts({
  sessionTimeoutMinutes,
  jwtTimeoutMinutes: jwt,
  refreshTokenPolicy,
}: AppFields): SetupProblem[] {
  const problems: SetupProblem[] = [];
  if (
    sessionTimeoutMinutes !== null &&
    !(Number.isInteger(sessionTimeoutMinutes) && sessionTimeoutMinutes >= 1 && sessionTimeoutMinutes <= 1440)
  )
    problems.push(problem('sessionTimeoutMinutes', 'A session lasts 1 to 1440 minutes.'));
  if (jwt !== null && !jwtTimeoutMinutes.includes(jwt))
    problems.push(problem('jwtTimeoutMinutes', `A token lasts ${jwtTimeoutMinutes.join(', ')} minutes.`));
  if (!isRefreshTokenPolicy(refreshTokenPolicy))
    problems.push(problem('refreshTokenPolicy', `This must be ${refreshTokenPolicyForm.description}.`));
  return problems;
}

function checkCertificate({ certificate }: AppFields): SetupProblem[] {
  if (certificate === null || isCertificate(certificate)) return [];
  return [
    problem(
      'certificate',
      'This is neither a certificate nor a public key in PEM form, of type RSA with 2048 bits or more.',
    ),
  ];
}

const leastModulusBits = 2048;

function isCertificate(pem: string): boolean {
  if (pem.includes('PRIVATE KEY')) return false;
  try {
    const key = pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= leastModulusBits;
  } catch {
    return false;
  }
}

export function hasName(names: readonly string[], name: string): boolean {
  return names.some((each) => each.toLowerCase() === name.toLowerCase());
}

function problem(field: string, message: string): SetupProblem {
  return { field, message };
}
