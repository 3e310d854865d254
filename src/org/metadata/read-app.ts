/** What connected apps and external client apps have in common, read from their files. */
import { type ConnectedAppSetup, type ExternalClientAppSetup, scopeTable, stockProfiles } from '../setup/index.ts';
import type { ElementReader } from './element-reader.ts';
import type { ReadWork } from './read-work.ts';
import { profileOfFileName } from './right-words.ts';

export type AppPart = Partial<Omit<ConnectedAppSetup & ExternalClientAppSetup, 'clientCredentials'>>;

/** Undefined values dropped. */
export function said<Value extends object>(
  values: { [Key in keyof Value]?: Value[Key] | undefined },
): { [Key in keyof Value]: Value[Key] } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Value;
}

/** Basic information, by the same names in both kinds of app. */
export function readContact(read: ElementReader): AppPart {
  return said({
    contactEmail: read.word('contactEmail'),
    contactPhone: read.word('contactPhone'),
    description: read.text('description'),
    infoUrl: read.word('infoUrl'),
  });
}

/** The settings that both kinds have under the same names, at the OAuth consumer. */
export function readConsumer(read: ElementReader, { name, work }: { name: string; work: ReadWork }): AppPart {
  const place = { name, file: read.file, line: read.element.line };
  if (read.word('consumerSecret') !== undefined)
    work.leftOut.add('consumer secrets', 'a secret in a file is none: name where it is in the setup file', place);
  for (const flag of [
    'isCodeCredentialEnabled',
    'isCodeCredFlowEnabled',
    'isDeviceFlowEnabled',
    'isTokenExchangeEnabled',
  ])
    if (read.flag(flag)) work.leftOut.add(`<${flag}>`, 'the org in a box has no such flow', place);
  for (const flag of unusedFlags) read.flag(flag);
  const optional = read.flag('isConsumerSecretOptional');
  return said({
    callbackUrls: linesOf(read.text('callbackUrl')),
    certificate: certificateOf(read.text('certificate')),
    consumerKey: keyOf(read, place, work),
    requireSecretForWebServerFlow: optional === undefined ? undefined : !optional,
    requireSecretForRefreshToken: read.flag('isSecretRequiredForRefreshToken'),
    requirePkce: read.flag('isPkceRequired'),
    refreshTokenRotation: read.flag('isRefreshTokenRotationEnabled'),
    issueJwtAccessTokens: read.flag('isNamedUserJwtEnabled'),
    introspectAllTokens: read.flag('isIntrospectAllTokens'),
  });
}

/** They belong to flows that are off, or tell a deployment what to do. */
const unusedFlags: readonly string[] = [
  'isCodeCredentialPostOnly',
  'isCodeCredPostOnly',
  'isSecretRequiredForTokenExchange',
  'shouldRotateConsumerKey',
  'shouldRotateConsumerSecret',
];

/** A key in another form than Salesforce's own is left out: the app gets a new one. */
function keyOf(
  read: ElementReader,
  place: { name: string; file: string; line: number },
  { leftOut }: ReadWork,
): string | undefined {
  const key = read.word('consumerKey');
  if (key === undefined || /^3MVG9[A-Za-z0-9._]{40,250}$/.test(key)) return key;
  leftOut.add('consumer keys', 'they are not in the form of Salesforce (3MVG9…): the app gets a new one', place);
  return undefined;
}

function linesOf(text: string | undefined): string[] | undefined {
  const lines = text?.split('\n').map((line) => line.trim());
  return lines?.filter((line) => line !== '');
}

/** With its first and last line, or the bare base64 between them. */
function certificateOf(text: string | undefined): string | undefined {
  const pem = text?.trim();
  if (pem === undefined || pem.includes('-----')) return pem && `${pem}\n`;
  const lines = pem.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

export function scopesOf(words: readonly string[], refuse: (reason: string) => Error): AppPart['scopes'] {
  return words.map((word) => {
    const scope = scopeTable.find(({ metadata, token }) => metadata === word || token === word);
    if (scope === undefined)
      throw refuse(`is ${word}, but must be one of ${scopeTable.map(({ metadata }) => metadata).join(', ')}`);
    return scope.token as NonNullable<AppPart['scopes']>[number];
  });
}

/** Of the profiles that an app pre-authorizes, those that the box has: its own, and those of the project. */
export function preAuthorizedProfiles(
  words: readonly string[],
  {
    read,
    element,
    profiles,
    work,
  }: { read: ElementReader; element: string; profiles: readonly string[]; work: ReadWork },
): string[] {
  const known = [...stockProfiles.map(({ name }) => name), ...profiles];
  return words.map(profileOfFileName).filter((name) => {
    if (known.some((each) => each.toLowerCase() === name.toLowerCase())) return true;
    const line = read.element.children.find((child) => child.name === element)?.line;
    work.leftOut.add('profiles of apps', 'the org in a box has no such profile', { name, file: read.file, line });
    return false;
  });
}

/** Without the permission sets that were left out of the project. */
export function keptSets(names: readonly string[], { withoutSets }: ReadWork): string[] | undefined {
  return namesOf(names.filter((name) => !withoutSets.has(name.toLowerCase())));
}

export function commaSeparated(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export function namesOf(names: readonly string[]): string[] | undefined {
  return names.length > 0 ? [...names] : undefined;
}

/** `Infinite` is how the box keeps refresh tokens. */
export function leaveRefreshTokenPolicy(policy: string | undefined, read: ElementReader, { leftOut }: ReadWork): void {
  if (policy === undefined || policy.toLowerCase() === 'infinite') return;
  const place = { file: read.file, line: read.element.line, name: policy };
  leftOut.add('refresh token policies', 'in the org in a box a refresh token lasts until it is revoked', place);
}
