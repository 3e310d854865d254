/** Which page stands at which address; each is loaded when it is first opened. */
import { type ComponentType, lazy } from 'react';
import { Route, Switch } from 'wouter';
import { NotFound } from '../ui/not-found.tsx';
import { text } from './text.ts';

const Home = lazy(() => import('./home/home.tsx').then(({ Home: page }) => ({ default: page })));

const pages: readonly (readonly [string, ComponentType])[] = [['/', Home]];

export function Pages() {
  return (
    <Switch>
      {pages.map(([path, Shown]) => (
        <Route key={path} path={path}>
          <Shown />
        </Route>
      ))}
      <Route>
        <NotFound product={text.product} />
      </Route>
    </Switch>
  );
}
