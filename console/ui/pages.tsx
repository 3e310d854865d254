/** Pages by their addresses, each loaded when it is first opened. */
import { type ComponentType, Fragment, lazy, type ReactNode } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { ApiFailure } from './api.ts';
import { NotFound } from './not-found.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { text } from './text.ts';

type PropsOf<Module, Name extends keyof Module> = Module[Name] extends ComponentType<infer Props> ? Props : never;

/** @example lazyPage(() => import('./runs/runs.tsx'), 'Runs') */
export function lazyPage<Module, Name extends keyof Module>(load: () => Promise<Module>, name: Name) {
  return lazy(async () => ({ default: (await load().catch(refuse))[name] as ComponentType<PropsOf<Module, Name>> }));
}

function refuse(): never {
  throw new ApiFailure(0, [{ field: null, ...text.notLoaded }]);
}

/** What stands in an address, such as its `:id`. */
export type Params = { id: string; object: string };

export type PageAt<Props = object> = readonly [path: string, page: ComponentType<Props>];

type PageSwitchProps = {
  pages: readonly PageAt[];
  pagesOfId: readonly PageAt<Params>[];
  /** What each page is put into. */
  around?: (path: string, page: ReactNode) => ReactNode;
  product: string;
};

/** The page of another thing begins anew. */
export function PageSwitch({ pages, pagesOfId, around = (_path, page) => page, product }: PageSwitchProps) {
  const [at] = useLocation();
  return (
    <PageBoundary path={at} product={product}>
      <Switch>
        {pages.map(([path, Shown]) => (
          <Route key={path} path={path}>
            {around(path, <Shown />)}
          </Route>
        ))}
        {pagesOfId.map(([path, Shown]) => (
          <Route key={path} path={path}>
            {({ id = '', object = '' }: Partial<Params>) => (
              <Fragment key={id + object}>{around(path, <Shown id={id} object={object} />)}</Fragment>
            )}
          </Route>
        ))}
        <Route>
          <NotFound product={product} />
        </Route>
      </Switch>
    </PageBoundary>
  );
}
