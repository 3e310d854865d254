/** Setup. */
import { Application } from '../ui/application.tsx';
import { api, logIn, type Session, useSession } from './api.ts';
import { Pages } from './pages.tsx';
import { text } from './text.ts';
import { tree } from './tree.ts';

const logOut = () => api.call('DELETE', '/session');

const whose = ({ user, organization }: Session) => {
  return { name: user.name, where: text.where(organization.name, organization.type) };
};

export function Setup() {
  return (
    <Application session={useSession()} words={text} {...{ tree, logIn, logOut, whose }}>
      <Pages />
    </Application>
  );
}
