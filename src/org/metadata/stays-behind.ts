/** Says what of a setup no metadata file carries, and what a Salesforce org asks for that is not set up here. */
import type { ConnectedAppSetup, ExternalClientAppSetup, ObjectSetup, SetupFile } from '../setup/index.ts';

const nameLength = 80;

export function whatStaysBehind(setup: SetupFile): string[] {
  return [
    ...usersOf(setup),
    ...settingsOf(setup),
    ...[...(setup.connectedApps ?? []), ...(setup.externalClientApps ?? [])].flatMap(appRemarks),
    ...(setup.connectedApps ?? []).flatMap(jwtRemark),
    ...((setup.objects ?? []) as readonly ObjectSetup[]).flatMap(objectRemarks),
    ...(setup.profiles ?? []).flatMap(profileRemarks),
  ];
}

function usersOf({ users = [] }: SetupFile): string[] {
  if (users.length === 0) return [];
  const names = users.map(({ username }) => username).join(', ');
  return [`Users are no metadata; they, their licenses and permission sets are set up by hand: ${names}.`];
}

function settingsOf({ settings, faults = [], limits }: SetupFile): string[] {
  const kept = [
    ...(settings && Object.keys(settings).length > 0 ? ['settings'] : []),
    ...(faults.length > 0 ? ['faults'] : []),
    ...(limits && Object.keys(limits).length > 0 ? ['limits'] : []),
  ];
  return kept.length === 0 ? [] : [`What concerns the org in a box alone stays in its setup file: ${kept.join(', ')}.`];
}

type App = ConnectedAppSetup | ExternalClientAppSetup;

function appRemarks({ name, blocked, contactEmail, callbackUrls = [], profiles = [] }: App): string[] {
  const asked = [
    ...(contactEmail ? [] : ['no contact e-mail']),
    ...(callbackUrls.length > 0 ? [] : ['no callback URL']),
  ];
  const parted = profiles.filter((profile) => profile.includes(','));
  return [
    `The secret of ${name} is not written: a Salesforce org makes its own.`,
    ...(asked.length > 0 ? [`${name} has ${asked.join(' and ')}, which Salesforce asks for.`] : []),
    ...(blocked ? [`${name} is blocked here, and not where it is deployed.`] : []),
    ...parted.map((profile) => `The profile "${profile}" of ${name} has a comma in its name, which parts names there.`),
  ];
}

function jwtRemark({ name, jwtTimeoutMinutes }: ConnectedAppSetup): string[] {
  return jwtTimeoutMinutes == null
    ? []
    : [`The timeout of JSON Web Tokens of the connected app ${name} is not written.`];
}

function objectRemarks({ name, nameField, sharing, fields = [] }: ObjectSetup): string[] {
  const length = nameField?.length ?? nameLength;
  const isChild = fields.some(({ type }) => type === 'masterdetail');
  return [
    ...(length === nameLength
      ? []
      : [`The field Name of ${name} is ${length} long here, and ${nameLength} in Salesforce.`]),
    ...(isChild && sharing !== undefined ? [`The sharing of ${name} is not written: that of its parent counts.`] : []),
  ];
}

function profileRemarks({ name, loginHours = {} }: { name: string; loginHours?: object }): string[] {
  const times = Object.values(loginHours).flatMap((hours) => Object.values((hours ?? {}) as Record<string, string>));
  if (times.every((time) => time.endsWith(':00'))) return [];
  return [`The login hours of profile ${name} do not begin and end on the hour, as they must in Salesforce.`];
}
