/** A value to copy, such as a key or a secret. */
import { CopyButton } from './copy-button.tsx';

export function Secret({ label, value }: { label: string; value: string }) {
  return (
    <div className="secret">
      <span className="soft">{label}</span>
      <output className="code" aria-label={label}>
        {value}
      </output>
      <CopyButton what={label} value={value} />
    </div>
  );
}
