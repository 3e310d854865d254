/** The menu of a row. */
import { Button as AriaButton } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useLocation } from 'wouter';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

export type MenuEntry = { label: string; to: string };

/** `name` of the row, for who cannot see which it is. */
export function RowMenu({ name, entries }: { name: string; entries: readonly MenuEntry[] }) {
  const [, navigate] = useLocation();
  return (
    <MenuTrigger>
      <AriaButton className="button icon" aria-label={text.table.rowMenu(name)}>
        <Icon name="down" />
      </AriaButton>
      <Popover placement="bottom end">
        <Menu className="menu">
          {entries.map(({ label, to }) => (
            <MenuItem key={label} id={label} onAction={() => navigate(to)}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
