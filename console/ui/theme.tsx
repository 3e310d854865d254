/** Light, dark, or as the system has it; remembered in this browser. */
import { useState } from 'react';
import { text } from './text.ts';

const key = 'sluice-theme';
const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

export function applyTheme(theme: Theme = rememberedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function rememberedTheme(): Theme {
  return themes.find((one) => one === localStorage.getItem(key)) ?? 'system';
}

export function ThemeSwitch() {
  const [theme, setTheme] = useState(rememberedTheme);
  const choose = (chosen: Theme) => {
    localStorage.setItem(key, chosen);
    applyTheme(chosen);
    setTheme(chosen);
  };
  return (
    <select aria-label={text.theme.label} value={theme} onChange={(event) => choose(event.target.value as Theme)}>
      {themes.map((one) => (
        <option key={one} value={one}>
          {text.theme[one]}
        </option>
      ))}
    </select>
  );
}
