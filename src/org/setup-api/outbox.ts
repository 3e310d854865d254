/** The outbox: mails the org would send, kept for whoever administers the box to read. Nothing leaves the machine. */
import type { Clock } from '../../base/index.ts';

export type Mail = { id: string; to: string; subject: string; text: string; sentAt: number };

export type Outbox = {
  send(mail: Pick<Mail, 'to' | 'subject' | 'text'>): Mail;
  /** The newest first. */
  mails(): readonly Mail[];
};

const maxMails = 200;

/** Holds the last 200 mails, in memory: what they carry does not outlive the process either. */
export function createOutbox({ clock }: { clock: Clock }): Outbox {
  const mails: Mail[] = [];
  let sent = 0;
  return {
    send(mail) {
      sent += 1;
      const kept = { id: String(sent), ...mail, sentAt: clock.now() };
      mails.unshift(kept);
      if (mails.length > maxMails) mails.pop();
      return kept;
    },
    mails: () => mails,
  };
}
