/** Tabs, with the chosen one in the address. */
import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import { useSearchParams } from 'wouter';

export type TabEntry = { id: string; label: string; content: () => ReactNode };

type TabsProps = {
  /** Its accessible name. */
  label: string;
  entries: readonly TabEntry[];
  /** What of the address outlives a change of the tab. */
  kept?: readonly string[];
};

/** The first stands in no address. Where the list in it was, is forgotten with it. */
export function Tabs({ label, entries, kept = [] }: TabsProps) {
  const [params, setParams] = useSearchParams();
  const first = entries[0]?.id ?? '';
  const wanted = params.get('tab') ?? first;
  const chosen = entries.some(({ id }) => id === wanted) ? wanted : first;
  const choose = (id: string) =>
    setParams((before) => {
      const after = new URLSearchParams([...before].filter(([name]) => kept.includes(name)));
      if (id !== first) after.set('tab', id);
      return after;
    });
  return (
    <AriaTabs
      className="tabs"
      selectedKey={chosen}
      onSelectionChange={(id) => String(id) === chosen || choose(String(id))}
    >
      <TabList className="tablist" aria-label={label}>
        {entries.map(({ id, label: name }) => (
          <Tab key={id} id={id} className="tab">
            {name}
          </Tab>
        ))}
      </TabList>
      {entries.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tabpanel">
          {content()}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
