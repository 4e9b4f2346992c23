import { useEffect, useRef, useState } from 'preact/hooks';
import type { SnapshotRow } from '../api/types';
import { formatCount } from './format';

export function describeSnapshot(row: SnapshotRow): string {
  const notes = [row.step === 0 ? 'untrained' : '', row.epoch ? `epoch ${row.epoch}` : '', row.isBest ? 'best' : '', row.isLast ? 'newest' : ''].filter(
    Boolean,
  );
  return `step ${formatCount(row.step)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
}

/** The snapshot to show: the one with that step, else the newest. */
export function findSnapshot(rows: SnapshotRow[], step: string | undefined): number {
  const at = step === undefined ? -1 : rows.findIndex((row) => String(row.step) === step);
  return at < 0 ? rows.length - 1 : at;
}

interface Props {
  rows: SnapshotRow[];
  index: number;
  /** Whether the view follows the newest snapshot. */
  following: boolean;
  onChange: (index: number) => void;
  /** How long playback shows each snapshot. */
  milliseconds?: number;
}

/** A slider over the snapshots, with playback. */
export function SnapshotSlider({ rows, index, following, onChange, milliseconds = 500 }: Props) {
  const [playing, setPlaying] = useState(false);
  const latest = useRef({ index, onChange, last: rows.length - 1 });
  latest.current = { index, onChange, last: rows.length - 1 };

  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => {
      const { index: at, onChange: change, last } = latest.current;
      if (at >= last) setPlaying(false);
      else change(at + 1);
    }, milliseconds);
    return () => clearInterval(timer);
  }, [playing, milliseconds]);

  const play = () => {
    if (!playing && index >= rows.length - 1) onChange(0);
    setPlaying(!playing);
  };
  return (
    <div class="slider">
      <button type="button" onClick={play} disabled={rows.length < 2} aria-pressed={playing}>
        {playing ? 'Stop' : 'Play'}
      </button>
      <label for="snapshot-slider" class="visually-hidden">
        Snapshot
      </label>
      <input
        id="snapshot-slider"
        type="range"
        min={0}
        max={Math.max(0, rows.length - 1)}
        step={1}
        value={index}
        aria-valuetext={rows[index] && describeSnapshot(rows[index])}
        onInput={(event) => {
          setPlaying(false);
          onChange(Number(event.currentTarget.value));
        }}
      />
      <output for="snapshot-slider">
        {rows[index] ? describeSnapshot(rows[index]) : 'none'}
        {following && <small> following the newest</small>}
      </output>
    </div>
  );
}
