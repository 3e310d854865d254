/** The frame of both interfaces: band, menu with Quick Find, and the page. */
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { AwayNote } from './away.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { TimeZoneNote } from './moment.tsx';
import { QuickFind, type TreeGroup } from './quick-find.tsx';
import { text } from './text.ts';
import { ThemeSwitch } from './theme.tsx';

type FrameProps = {
  product: string;
  /** Which org or hub it is. */
  where: string;
  tree: readonly TreeGroup[];
  /** What stands at the right of the band: who is logged in, Log Out. */
  right: ReactNode;
  children: ReactNode;
};

export function Frame({ product, where, tree, right, children }: FrameProps) {
  const [isOpen, setOpen] = useState(false);
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page closes the menu it was chosen from
  useEffect(() => setOpen(false), [path]);
  return (
    <>
      <a className="skip" href="#main">
        {text.skip}
      </a>
      <header className="band">
        <span className="product">{product}</span>
        <span className="where">{where}</span>
        <div className="right">
          <ThemeSwitch />
          {right}
        </div>
      </header>
      <div className="frame">
        <Side tree={tree} isOpen={isOpen} setOpen={setOpen} />
        <main id="main" className="main" tabIndex={-1}>
          <AwayNote />
          {children}
          <TimeZoneNote />
        </main>
      </div>
    </>
  );
}

type SideProps = { tree: readonly TreeGroup[]; isOpen: boolean; setOpen: (open: boolean) => void };

function Side({ tree, isOpen, setOpen }: SideProps) {
  return (
    <div className="side" data-open={isOpen || undefined}>
      <QuickFind
        tree={tree}
        onSearch={() => setOpen(true)}
        beside={
          <span className="opener">
            <Button look="icon" label={text.menu} onPress={() => setOpen(!isOpen)}>
              <Icon name="menu" />
            </Button>
          </span>
        }
      />
    </div>
  );
}
