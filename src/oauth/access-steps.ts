/** The steps between a proved request and its token, the same for every grant: may this app act for this user, from here, now? */
import type { Client, ClientPolicies, Subject } from './client-store.ts';
import type { Refusal } from './dialect/dialect.ts';
import { type Exchange, found, type Parts, type Step } from './exchange.ts';
import { isWithinLoginHours } from './login-hours.ts';

/** Of the app alone, as soon as it has proved itself. */
export const appSteps: readonly Step[] = [checkInstalled, checkScopeParameter, checkBlocked];

/**
 * Of the app and the user together, in Salesforce's order as far as it is known: access, scopes, state, addresses and hours,
 * rate. A refresh may be let off the addresses.
 */
export const accessSteps: readonly Step[] = [
  checkAdminApproval,
  grantScopes,
  checkUserState,
  checkAddress,
  checkLoginHours,
  checkLoginRate,
];

/** Of the user who has just signed in on a page: those of the above that do not need a token request. */
export const userSteps: readonly Step[] = [checkAdminApproval, checkUserState, checkAddress, checkLoginHours];

function checkInstalled({ client }: Exchange): Refusal | undefined {
  return client?.policies?.installed === false ? 'app not installed' : undefined;
}

function checkScopeParameter({ parameters }: Exchange, { dialect }: Parts): Refusal | undefined {
  return dialect.scopeParameter === 'refused' && parameters.has('scope') ? 'scope sent' : undefined;
}

function checkBlocked({ client }: Exchange): Refusal | undefined {
  return client?.policies?.blocked ? 'app blocked' : undefined;
}

function checkAdminApproval({ client, subject }: Exchange): Refusal | undefined {
  const isAdminApproved = client?.policies?.isAdminApproved;
  if (isAdminApproved === undefined || isAdminApproved(found(subject).id)) return undefined;
  return 'user not admin approved';
}

/** What was granted before or asked for now can only narrow what the app has. */
function grantScopes(exchange: Exchange, { dialect }: Parts): Refusal | undefined {
  const { client, grantType, grantedScopes: earlier } = exchange;
  const userPresent = grantType === 'authorization_code' || grantType === 'refresh_token';
  const ofApp = dialect.scopesOf(found(client), { userPresent });
  const allowed = earlier === undefined ? ofApp : ofApp.filter((scope) => earlier.includes(scope));
  const asked = exchange.parameters.get('scope');
  if (asked === undefined || dialect.scopeParameter === 'refused') exchange.scopes = allowed;
  else if (asked.split(' ').every((scope) => allowed.includes(scope)))
    exchange.scopes = allowed.filter((scope) => asked.split(' ').includes(scope));
  else return 'scope not allowed';
  return exchange.scopes.length > 0 ? undefined : 'no valid scopes';
}

function checkUserState({ subject }: Exchange): Refusal | undefined {
  if (!subject?.active) return 'inactive user';
  return subject.frozen ? 'frozen user' : undefined;
}

function checkAddress(exchange: Exchange): Refusal | undefined {
  const { client, subject, request } = exchange;
  const trusted = client?.policies?.trustedRanges;
  const ofUser = subject?.loginRanges;
  if (trusted === undefined && ofUser === undefined) return undefined;
  const relaxation = client?.policies?.ipRelaxation ?? 'Enforce';
  if (relaxation === 'Bypass') return undefined;
  if (relaxation === 'Enforce_RelaxRefresh' && exchange.grantType === 'refresh_token') return undefined;
  if (trusted?.includes(request.remoteAddress) && relaxation === 'Bypass_2factor') return undefined;
  if (trusted !== undefined && !trusted.includes(request.remoteAddress)) return 'outside trusted ranges';
  return ofUser === undefined || ofUser.includes(request.remoteAddress) ? undefined : 'outside login ranges';
}

function checkLoginHours({ subject }: Exchange, { clock }: Parts): Refusal | undefined {
  const hours = subject?.loginHours;
  return hours === undefined || isWithinLoginHours(hours, clock.now()) ? undefined : 'outside login hours';
}

function checkLoginRate({ subject }: Exchange, { loginRate }: Parts): Refusal | undefined {
  return loginRate.allow(found(subject).id) ? undefined : 'login rate exceeded';
}

/** Whether a token given before still stands for something: what ends it at once, without the app asking again. */
export function mayStillAct(client: Client, subject: Subject): boolean {
  const { installed, blocked, isAdminApproved }: ClientPolicies = client.policies ?? {};
  const isAdmitted = !blocked && installed !== false && (isAdminApproved?.(subject.id) ?? true);
  return isAdmitted && subject.active && !subject.frozen;
}
