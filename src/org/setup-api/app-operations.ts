/** App Manager, and the pages of an app: its settings, its policies, and blocking it. */
import { Type } from 'typebox';
import { listOf, listQueryWith, notThere, pageOf, requireVersion } from '../../web/index.ts';
import type { App, AppChange } from '../setup/index.ts';
import { app, appKind, appRow, newApp, policiesChange, settingsChange } from './app-schemas.ts';
import { rowOfApp, versionOfApp, viewOfApp } from './app-view.ts';
import { operation, type SetupApi } from './operation.ts';

const page = 'App Manager';

export const appOperations = [
  operation({
    method: 'GET',
    path: '/apps',
    id: 'listApps',
    summary: 'Connected apps and external client apps.',
    page,
    query: listQueryWith({ kind: Type.Optional(appKind) }),
    answer: listOf(appRow),
    run({ query }, api) {
      const wanted = api.org.setup.apps.filter(({ kind }) => query.kind === undefined || kind === query.kind);
      return {
        json: pageOf(
          wanted.map((one) => rowOfApp(one, shownIn(api))),
          query,
          'name',
        ),
      };
    },
  }),
  operation({
    method: 'POST',
    path: '/apps',
    id: 'createApp',
    summary: 'Makes a connected app or an external client app, with a consumer key and secret.',
    page,
    status: 201,
    body: newApp,
    answer: app,
    run({ body: { kind, ...input }, administrator }, api) {
      const administration = api.org.setup.administer(administrator.username);
      const made =
        kind === 'connectedApp'
          ? administration.createConnectedApp(input)
          : administration.createExternalClientApp(input);
      return { json: viewOfApp(made, shownIn(api)) };
    },
  }),
  operation({
    method: 'GET',
    path: '/apps/:id',
    id: 'getApp',
    summary: 'One app, with what is missing before its client credentials flow works.',
    page,
    answer: app,
    run: ({ params }, api) => ({ json: viewOfApp(getApp(params, api), shownIn(api)) }),
  }),
  operation({
    method: 'PATCH',
    path: '/apps/:id/settings',
    id: 'editAppSettings',
    summary: 'Edit: the settings of the app. What is left out stays as it is.',
    page,
    refusals: [409],
    body: settingsChange,
    answer: app,
    run: ({ params, body, administrator }, api) => ({
      json: change(getApp(params, api), body, { by: administrator.username, api }),
    }),
  }),
  operation({
    method: 'PATCH',
    path: '/apps/:id/policies',
    id: 'editAppPolicies',
    summary: 'Edit Policies: what the org decides of the app. What is left out stays as it is.',
    page,
    refusals: [409],
    body: policiesChange,
    answer: app,
    run: ({ params, body, administrator }, api) => ({
      json: change(getApp(params, api), body, { by: administrator.username, api }),
    }),
  }),
  operation({
    method: 'DELETE',
    path: '/apps/:id',
    id: 'deleteApp',
    summary: 'Deletes the app; its tokens end with it.',
    page,
    async run({ params, administrator }, api) {
      await api.org.setup.administer(administrator.username).deleteApp(getApp(params, api).id);
      return { json: undefined };
    },
  }),
];

export function getApp({ id }: Readonly<Record<string, string>>, { org }: SetupApi): App {
  const found = org.setup.findApp(id ?? '');
  if (found === undefined) throw notThere('app');
  return found;
}

export function shownIn({ org }: SetupApi) {
  return { setup: org.setup, now: org.clock.now() };
}

function change(before: App, given: AppChange & { version: string }, { by, api }: { by: string; api: SetupApi }) {
  const { version, ...changes } = given;
  requireVersion(version, versionOfApp(before));
  return viewOfApp(api.org.setup.administer(by).changeApp(before.id, changes), shownIn(api));
}
