/** Reads an external client app from its header and the files of its OAuth settings and policies. */
import {
  distributionStates,
  type ExternalClientAppSetup,
  ipRelaxations,
  permittedUsersPolicies,
} from '../setup/index.ts';
import type { ElementReader } from './element-reader.ts';
import { placesByName } from './place.ts';
import {
  type AppPart,
  commaSeparated,
  keptSets,
  leaveRefreshTokenPolicy,
  namesOf,
  preAuthorizedProfiles,
  readConsumer,
  readContact,
  said,
  scopesOf,
} from './read-app.ts';
import type { ReadWork } from './read-work.ts';

/** The files of one app; all but the header may be missing. */
export type AppFiles = {
  header: ElementReader;
  consumer?: ElementReader | undefined;
  settings?: ElementReader | undefined;
  policies?: ElementReader | undefined;
};

const appElements = {
  name: 'label',
  apiName: 'fullName',
  callbackUrls: 'callbackUrl',
  scopes: 'commaSeparatedOauthScopes',
  permittedUsers: 'permittedUsersPolicyType',
  profiles: 'commaSeparatedProfile',
  permissionSets: 'commaSeparatedPermissionSet',
  sessionTimeoutMinutes: 'sessionTimeoutInMinutes',
  jwtTimeoutMinutes: 'namedUserJwtTimeout',
  clientCredentials: 'isClientCredentialsFlowEnabled',
} as const;

const unseenElements: readonly string[] = ['fullName', 'singleLogoutUrl', 'startUrl', 'customAttributes'];

type Given = { apiName: string; profiles: readonly string[]; work: ReadWork };

export function readExternalClientApp(files: AppFiles, given: Given): ExternalClientAppSetup {
  const { header, consumer, settings, policies } = files;
  const { apiName, work } = given;
  const enabled = consumer?.flag('isClientCredentialsFlowEnabled');
  const app: ExternalClientAppSetup = {
    name: header.text('label') ?? apiName,
    apiName,
    ...readContact(header),
    ...said<AppPart>({ distributionState: distributionOf(header, work) }),
    ...(consumer ? readConsumer(consumer, { name: apiName, work }) : {}),
    ...(settings ? readSettings(settings) : { scopes: [] }),
    ...(policies ? readPolicies(policies, given) : {}),
    ...clientCredentialsOf(enabled, policies),
  };
  header.flag('isProtected');
  header.end('external client apps', [...unseenElements, 'iconUrl', 'logoUrl', 'managedType', 'orgScopedExternalApp']);
  for (const part of [consumer, settings, policies]) {
    part?.word('externalClientApplication');
    part?.text('label');
    part?.end('external client apps', unseenElements);
  }
  const sources = [header, consumer, settings, policies].filter((each) => each !== undefined);
  work.places.set(app, placesByName(sources, appElements));
  return app;
}

/** What an org gets from elsewhere is, in the box, an app of its own. */
function distributionOf(read: ElementReader, { leftOut }: ReadWork): AppPart['distributionState'] {
  const word = read.word('distributionState');
  if (word !== 'Managed' && word !== 'AutoInstalled') return choiceOf(read, 'distributionState', distributionStates);
  const place = { name: word, file: read.file, line: read.element.line };
  leftOut.add('distribution states', `the org in a box has ${distributionStates.join(' and ')}`, place);
  return undefined;
}

function readSettings(read: ElementReader): AppPart {
  const words = commaSeparated(read.word('commaSeparatedOauthScopes'));
  const scopes = scopesOf(words, (reason) => read.refuse('commaSeparatedOauthScopes', reason));
  // It says in which org the consumer is; here that is always this one.
  read.word('oauthLink');
  read.flag('isFirstPartyAppEnabled');
  const ranges = read.parts('trustedIpRanges').map((part) => {
    const description = said({ description: part.text('description') });
    const range = { start: part.needWord('startIpAddress'), end: part.needWord('endIpAddress'), ...description };
    part.end('IP ranges');
    return range;
  });
  return said<AppPart>({ scopes, trustedIpRanges: ranges.length > 0 ? ranges : undefined });
}

function readPolicies(read: ElementReader, { profiles, work }: Given): AppPart {
  leaveRefreshTokenPolicy(read.word('refreshTokenPolicyType'), read, work);
  read.word('refreshTokenValidityPeriod');
  read.word('refreshTokenValidityUnit');
  if (read.word('requiredSessionLevel') === 'HIGH_ASSURANCE')
    work.leftOut.add('session levels', 'each session is a standard one in the org in a box', {
      file: read.file,
      line: read.element.line,
    });
  for (const flag of ['isGuestCodeCredFlowEnabled', 'isTokenExchangeFlowEnabled']) read.flag(flag);
  const minutes = read.number('namedUserJwtTimeout');
  const isOwnTimeout = read.word('namedUserJwtSessionTimeoutType') === 'Custom';
  const named = { read, element: 'commaSeparatedProfile', profiles, work };
  return said<AppPart>({
    permittedUsers: choiceOf(read, 'permittedUsersPolicyType', permittedUsersPolicies),
    ipRelaxation: choiceOf(read, 'ipRelaxationPolicyType', ipRelaxations),
    profiles: namesOf(preAuthorizedProfiles(commaSeparated(read.text('commaSeparatedProfile')), named)),
    permissionSets: keptSets(commaSeparated(read.text('commaSeparatedPermissionSet')), work),
    sessionTimeoutMinutes: read.number('sessionTimeoutInMinutes'),
    jwtTimeoutMinutes: isOwnTimeout ? (minutes as AppPart['jwtTimeoutMinutes']) : undefined,
  });
}

/** One switch is with the consumer, the other with the policies. */
function clientCredentialsOf(
  enabled: boolean | undefined,
  policies: ElementReader | undefined,
): Pick<ExternalClientAppSetup, 'clientCredentials'> {
  const allowed = policies?.flag('isClientCredentialsFlowEnabled');
  const runAs = policies?.word('clientCredentialsFlowUser');
  if (enabled === undefined && allowed === undefined && runAs === undefined) return {};
  return { clientCredentials: { enabled: enabled ?? false, allowed: allowed ?? false, ...said({ runAs }) } };
}

function choiceOf<Choice extends string>(
  read: ElementReader,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const word = read.word(name);
  const choice = choices.find((each) => each === word);
  if (word !== undefined && choice === undefined)
    throw read.refuse(name, `is ${word}, but must be one of ${choices.join(', ')}`);
  return choice;
}
