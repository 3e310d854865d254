/** The pages of the web login: Log In, Allow or Deny, and why not; without scripts, in light and dark, from 320 pixels of width. */
import { hash } from 'node:crypto';
import type { Answer } from './call.ts';
import { loginStyle } from './login-style.ts';

export const authorizePath = '/services/oauth2/authorize';

/** Text that is safe to stand in HTML. */
type Html = { readonly html: string };

/** A template whose values are escaped, but for those that are HTML already. */
function html(strings: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  return { html: strings.map((text, index) => text + textOf(values[index] ?? '')).join('') };
}

const nothing: Html = { html: '' };

function textOf(value: string | Html | readonly Html[]): string {
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : value.map((each) => each.html).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** What every page shows: the org, and whether it is a sandbox. */
export type PageOf = { organization: string; isSandbox: boolean };

/** `action` is the address the form is sent to; `token` proves that it is ours. */
export type LoginForm = PageOf & {
  action: string;
  token: string;
  appName: string;
  redirectUri: string;
  username: string;
  /** Why the last try did not succeed. */
  problem?: string | undefined;
};

export function loginPage(form: LoginForm, status = 200): Answer {
  const { action, token, appName, username, problem } = form;
  const body = html`
    <h1>${form.organization}</h1>
    <p class="lead">Log in to continue to <strong>${appName}</strong>.</p>
    ${problem === undefined ? nothing : html`<p class="problem" role="alert" id="problem">${problem}</p>`}
    <form method="post" action="${action}">
      <input type="hidden" name="token" value="${token}">
      <label for="username">Username</label>
      <input id="username" name="username" type="text" value="${username}" autocomplete="username" autocapitalize="none"
        spellcheck="false" maxlength="80" required${focusIf(username === '')}${describedIf(problem)}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" maxlength="255"
        required${focusIf(username !== '')}${describedIf(problem)}>
      <button type="submit" class="primary">Log In</button>
    </form>`;
  return page('Log In', form, { body, status, redirectUri: form.redirectUri });
}

function focusIf(isWanted: boolean): Html {
  return isWanted ? html` autofocus` : nothing;
}

function describedIf(problem: string | undefined): Html {
  return problem === undefined ? nothing : html` aria-describedby="problem"`;
}

export type ApprovalForm = PageOf & {
  action: string;
  token: string;
  appName: string;
  redirectUri: string;
  username: string;
  /** In the words of the scope table. */
  scopes: readonly string[];
  /** The same request for somebody else. */
  otherUser: string;
};

export function approvalPage(form: ApprovalForm): Answer {
  const { action, token, appName, username, scopes, otherUser } = form;
  const body = html`
    <h1>Allow Access?</h1>
    <p class="lead"><strong>${appName}</strong> is asking to:</p>
    <ul>${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>
    <p>It will act as <strong>${username}</strong> of ${form.organization}.
      <a href="${otherUser}">Not you?</a></p>
    <form method="post" action="${action}" class="choice">
      <input type="hidden" name="token" value="${token}">
      <button type="submit" name="approval" value="allow" class="primary">Allow</button>
      <button type="submit" name="approval" value="deny">Deny</button>
    </form>
    <p class="note">An administrator can revoke this at any time in Setup, Connected Apps OAuth Usage.</p>`;
  return page('Allow Access', form, { body, status: 200, redirectUri: form.redirectUri });
}

export type LoginError = { error: string; description: string; next: string };

export function loginErrorPage(of: PageOf, { error, description, next }: LoginError, status = 400): Answer {
  const body = html`
    <h1>OAuth Error</h1>
    <p class="lead">This app cannot be authorized.</p>
    <p class="problem" role="alert"><code>${error}</code>: ${description}</p>
    <p>${next}</p>`;
  return page('OAuth Error', of, { body, status });
}

type Content = { body: Html; status: number; redirectUri?: string };

function page(title: string, { organization, isSandbox }: PageOf, { body, status, redirectUri }: Content): Answer {
  const text = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} | ${organization}</title>
<style>${{ html: loginStyle }}</style>
</head>
<body>
<main>${isSandbox ? html`<p class="sandbox">Sandbox</p>` : nothing}${body}
</main>
<footer>Org in a box</footer>
</body>
</html>
`;
  return {
    status,
    text: text.html,
    contentType: 'text/html;charset=UTF-8',
    headers: { 'Content-Security-Policy': policyFor(redirectUri), ...standingHeaders },
  };
}

/** `same-origin`, and not `no-referrer`, since browsers send forms of such pages without their origin. */
const standingHeaders = {
  'Referrer-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};

const styleDigest = hash('sha256', loginStyle, 'base64');

/** A browser also holds the redirect that follows a form against `form-action`: the app's own address has to be in it. */
function policyFor(redirectUri: string | undefined): string {
  const target = redirectUri === undefined ? undefined : sourceOf(redirectUri);
  const forms = redirectUri === undefined ? "'none'" : ["'self'", target].filter(Boolean).join(' ');
  return `default-src 'none'; style-src 'sha256-${styleDigest}'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`;
}

/** Scheme, host and port, or the scheme alone of an app's own; nothing that could end the directive. */
function sourceOf(uri: string): string | undefined {
  const { protocol, origin } = new URL(uri);
  const source = protocol === 'http:' || protocol === 'https:' ? origin : protocol;
  return /^[a-z0-9.+:/[\]-]+$/i.test(source) ? source : undefined;
}
