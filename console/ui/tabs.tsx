/** Tabs; which one is open stands in the address, so that it can be linked to. */
import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import { useSearchParams } from 'wouter';

export type TabShown = { id: string; label: string; content: ReactNode };

type TabsProps = {
  /** Names them all, for who cannot see where they stand. */
  label: string;
  tabs: readonly TabShown[];
  /** What else of the address holds for all of them, by name. */
  kept?: readonly string[];
};

export function Tabs({ label, tabs, kept = [] }: TabsProps) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('tab');
  const selected = tabs.find(({ id }) => id === asked) ?? tabs[0];
  const open = (id: string) => {
    if (id === selected?.id) return;
    setParams((before) => [...[...before].filter(([name]) => kept.includes(name)), ['tab', id]], { replace: true });
  };
  return (
    <AriaTabs className="tabs" selectedKey={selected?.id ?? ''} onSelectionChange={(key) => open(String(key))}>
      <TabList className="tablist" aria-label={label}>
        {tabs.map(({ id, label: name }) => (
          <Tab key={id} id={id}>
            {name}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tabpanel">
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
