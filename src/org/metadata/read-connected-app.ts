/** Reads a ConnectedApp. */
import { type ConnectedAppSetup, ipRelaxations } from '../setup/index.ts';
import type { ElementReader } from './element-reader.ts';
import { placesByName } from './place.ts';
import {
  type AppPart,
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

const appElements = {
  name: 'label',
  apiName: 'fullName',
  callbackUrls: 'callbackUrl',
  permittedUsers: 'isAdminApproved',
  profiles: 'profileName',
  permissionSets: 'permissionSetName',
  trustedIpRanges: 'ipRanges',
  sessionTimeoutMinutes: 'sessionTimeout',
  clientCredentials: 'isClientCredentialEnabled',
} as const;

export function readConnectedApp(
  read: ElementReader,
  { apiName, profiles, work }: { apiName: string; profiles: readonly string[]; work: ReadWork },
): ConnectedAppSetup {
  const oauth = read.part('oauthConfig');
  const app: ConnectedAppSetup = {
    name: read.text('label') ?? read.needWord('label'),
    apiName,
    ...readContact(read),
    ...(oauth ? readOauth(oauth, { name: apiName, work }) : { scopes: [] }),
    ...readPolicies(read, profiles, work),
  };
  read.end('connected apps', ['fullName', 'iconUrl', 'logoUrl', 'startUrl', 'mobileStartUrl', 'attributes']);
  work.places.set(app, placesByName([read], appElements));
  return app;
}

function readOauth(
  oauth: ElementReader,
  named: { name: string; work: ReadWork },
): AppPart & Pick<ConnectedAppSetup, 'clientCredentials'> {
  const scopes = scopesOf(oauth.words('scopes'), (reason) => oauth.refuse('scopes', reason));
  const enabled = oauth.flag('isClientCredentialEnabled');
  const runAs = oauth.word('oauthClientCredentialUser');
  const isAdminApproved = oauth.flag('isAdminApproved');
  const part = {
    ...said<AppPart>({
      scopes,
      permittedUsers: isAdminApproved ? 'AdminApprovedPreAuthorized' : undefined,
    }),
    ...readConsumer(oauth, named),
  };
  oauth.end('connected apps', ['singleLogoutUrl']);
  if (enabled === undefined && runAs === undefined) return part;
  return { ...part, clientCredentials: { enabled: enabled ?? false, ...(runAs === undefined ? {} : { runAs }) } };
}

function readPolicies(read: ElementReader, profiles: readonly string[], work: ReadWork): AppPart {
  const policy = read.part('oauthPolicy');
  const session = read.part('sessionPolicy');
  const timeout = session?.number('sessionTimeout');
  session?.end('session policies');
  leaveRefreshTokenPolicy(policy?.word('refreshTokenPolicy'), policy ?? read, work);
  const relaxation = policy && relaxationOf(policy);
  policy?.end('OAuth policies', ['singleLogoutUrl']);
  const named = { read, element: 'profileName', profiles, work };
  return said<AppPart>({
    ipRelaxation: relaxation,
    profiles: namesOf(preAuthorizedProfiles(read.words('profileName'), named)),
    permissionSets: keptSets(read.words('permissionSetName'), work),
    trustedIpRanges: rangesOf(read),
    sessionTimeoutMinutes: timeout,
  });
}

function relaxationOf(policy: ElementReader): AppPart['ipRelaxation'] {
  const word = policy.word('ipRelaxation');
  const found = ipRelaxations.find((each) => each.toUpperCase() === word?.toUpperCase());
  if (word !== undefined && found === undefined)
    throw policy.refuse('ipRelaxation', `is ${word}, but must be one of ${ipRelaxations.join(', ').toUpperCase()}`);
  return found;
}

function rangesOf(read: ElementReader): AppPart['trustedIpRanges'] {
  const ranges = read.parts('ipRanges').map((part) => {
    const range = {
      start: part.needWord('start'),
      end: part.needWord('end'),
      ...said({ description: part.text('description') }),
    };
    part.end('IP ranges');
    return range;
  });
  return ranges.length > 0 ? ranges : undefined;
}
