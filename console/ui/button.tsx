/** Buttons, and links that look like them. */
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Link } from 'wouter';

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet' | 'icon' | 'quiet icon';

type ButtonProps = {
  children: ReactNode;
  look?: ButtonLook;
  /** Where what stands on it is no word. */
  label?: string | undefined;
  type?: 'button' | 'submit';
  isDisabled?: boolean | undefined;
  autoFocus?: boolean;
  /** Whether what it shows and hides is shown. */
  'aria-expanded'?: boolean;
  /** The id of what tells more of it. */
  'aria-describedby'?: string;
  onPress?: () => void;
};

export function Button({
  children,
  look = 'plain',
  label,
  type = 'button',
  isDisabled = false,
  onPress,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton
      className={`button ${look}`}
      type={type}
      isDisabled={isDisabled}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(onPress === undefined ? {} : { onPress: () => onPress() })}
      {...rest}
    >
      {children}
    </AriaButton>
  );
}

export function LinkButton({ children, to, look = 'plain' }: { children: ReactNode; to: string; look?: ButtonLook }) {
  return (
    <Link className={`button ${look}`} href={to}>
      {children}
    </Link>
  );
}
