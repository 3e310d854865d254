/** The words about external client apps. */
export const externalClientAppText = {
  manager: 'External Client App Manager',
  new: 'New External Client App',
  newTitle: 'New External Client App',
  create: 'Create',
  created: (name: string) => `${name} was created.`,
  empty: 'There is no external client app yet',
  emptyNext: 'A program signs in to this org as an app. Begin with New External Client App.',
  tabs: { label: 'Parts of the app', policies: 'Policies', settings: 'Settings' },
  fields: {
    name: 'External Client App Name',
    distributionState: 'Distribution State',
    enableOauth: 'Enable OAuth',
  },
  sections: {
    flow: 'Flow Enablement',
    security: 'Security',
    oauthSettings: 'OAuth Settings',
    oauthPolicies: 'OAuth Policies',
  },
  help: {
    distributionState: 'Local: for this org alone. Packaged: to be installed in other orgs.',
    callbackUrls:
      'One to a line, such as http://localhost:56420. Required, although the client credentials flow never uses it.',
    flow: 'The first of two switches; the second is in the policies of the app.',
  },
  distributionStates: [
    { value: 'Local', label: 'Local' },
    { value: 'Packaged', label: 'Packaged' },
  ],
  enableOauthFirst: { message: 'The app has no OAuth settings.', next: 'Tick Enable OAuth.' },
  editSettings: 'Edit Settings',
  editPolicies: 'Edit Policies',
  keyAndSecret: 'Consumer Key and Secret',
} as const;
