/** A ping as it is read: its steps with a tick or a cross each, and what to do about the first cross. */
import { Link } from 'wouter';
import { Icon } from '../../ui/icon.tsx';
import { Note } from '../../ui/problems.tsx';
import type { PingReport } from '../api.ts';
import { text } from '../text.ts';

const words = text.connections.steps;

type Step = PingReport['steps'][number];

const icons = { passed: 'tick', noted: 'tick', failed: 'close', skipped: 'dash' } as const;

/** `label` of the ping, which is the name of the list. */
export function PingSteps({ label, report, siteUrl }: { label: string; report: PingReport; siteUrl?: string }) {
  const cross = report.steps.find(({ status }) => status === 'failed');
  return (
    <div className="ping">
      <ol aria-label={label}>
        {report.steps.map((step) => (
          <StepLine key={step.label} step={step} />
        ))}
      </ol>
      {cross === undefined ? (
        <Note tone="good" title={words.good} />
      ) : (
        <Note tone="alarm" title={words.cross(cross.label)}>
          <p>{cross.next}</p>
          {cross.name === 'remoteSite' ? <Link href={siteAddress(siteUrl)}>{words.toRemoteSites}</Link> : null}
        </Note>
      )}
    </div>
  );
}

function StepLine({ step: { label, status, detail, next } }: { step: Step }) {
  return (
    <li className={status}>
      <Icon name={icons[status]} />
      <div>
        <strong>{label}</strong> <span className="hidden">{words.statuses[status]}</span>
        <p className="soft">
          {detail} {status === 'noted' ? next : null}
        </p>
      </div>
    </li>
  );
}

function siteAddress(url: string | undefined): string {
  return url === undefined ? '/remote-sites' : `/remote-sites/new?url=${encodeURIComponent(url)}`;
}
