/** All words of the Console. */
export const text = {
  product: 'Console',
  logOut: 'Log Out',
  roles: { administrator: 'Administrator', operator: 'Operator', viewer: 'Viewer' },
  logIn: {
    title: 'Log In to the Console',
    lead: 'The hub printed the administrator and the password when it was started for the first time.',
    username: 'Username',
    password: 'Password',
    logIn: 'Log In',
    wait: (seconds: number) => `Wait ${seconds} s`,
  },
  pages: { home: 'Home' },
  home: {
    title: 'What is set up',
    lead: 'Connections between databases and Salesforce, and what moves over them.',
    remoteSites: 'Remote Sites',
    connections: 'Connections',
    integrations: 'Integrations',
    interfaces: 'Interfaces',
  },
} as const;
