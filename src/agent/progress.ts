/** How far a run is, told as it goes. */

export type Phase = 'checking' | 'reading' | 'sending' | 'finished';

export type Progress = {
  phase: Phase;
  /** `processed`: what Salesforce says its jobs have done so far, before the results are read. */
  rows: { read: number; sent: number; processed: number; succeeded: number; rejected: number; unknown: number };
};

export type OnProgress = (progress: Progress) => void;

export type ProgressTeller = {
  readonly current: Progress;
  phase(phase: Phase): void;
  set(rows: Partial<Progress['rows']>): void;
  add(rows: Partial<Progress['rows']>): void;
  /** Rows a job has processed by now; counted once however often it is told. */
  jobProcessed(jobId: string, rows: number): void;
};

export function createProgress(onProgress: OnProgress = () => undefined): ProgressTeller {
  const current: Progress = {
    phase: 'checking',
    rows: { read: 0, sent: 0, processed: 0, succeeded: 0, rejected: 0, unknown: 0 },
  };
  const processedBy = new Map<string, number>();
  const tell = () => onProgress({ phase: current.phase, rows: { ...current.rows } });

  function add(rows: Partial<Progress['rows']>): void {
    for (const [name, count] of Object.entries(rows)) current.rows[name as keyof Progress['rows']] += count;
    tell();
  }

  return {
    current,
    phase(phase) {
      current.phase = phase;
      tell();
    },
    set(rows) {
      Object.assign(current.rows, rows);
      tell();
    },
    add,
    jobProcessed(jobId, rows) {
      const before = processedBy.get(jobId) ?? 0;
      processedBy.set(jobId, rows);
      if (rows !== before) add({ processed: rows - before });
    },
  };
}
