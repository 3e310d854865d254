/** Tabs; which one is open stands in the address, so that it can be linked to. */
import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import { useSearchParams } from 'wouter';

export type TabShown = { id: string; label: string; content: ReactNode };

/** `label` names them all, for who cannot see where they stand. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly TabShown[] }) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('tab');
  const selected = tabs.find(({ id }) => id === asked) ?? tabs[0];
  return (
    <AriaTabs
      className="tabs"
      selectedKey={selected?.id ?? ''}
      onSelectionChange={(key) => setParams({ tab: String(key) }, { replace: true })}
    >
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
