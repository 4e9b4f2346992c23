/**
 * The ticks of a logarithmic axis from `low` > 0 to `high`: the multiples 1 to 9 of the powers of ten, or equal steps where the range holds fewer than two of
 * them. (uPlot's own begin at the end of the axis, which need not be such a multiple: with 0.098 they never reach the other end.)
 */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.floor(Math.log10(high)); power++) {
    for (let digit = 1; digit <= 9; digit++) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks.length >= 2 ? ticks : linearTicks(low, high);
}

/** Two to six multiples of 1, 2 or 5 times a power of ten. */
function linearTicks(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 2));
  const step = power * ([5, 2, 1].find((digit) => (high - low) / (digit * power) >= 2) ?? 1);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Which ticks of a logarithmic axis carry a number: 1, 2 and 5 times the powers of ten; all, where there are fewer than two of these. */
export function isLabelled(ticks: readonly (number | null)[]): (tick: number) => boolean {
  return ticks.filter((tick) => tick !== null && isRound(tick)).length >= 2 ? isRound : () => true;
}

function isRound(value: number): boolean {
  const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].some((round) => Math.abs(mantissa - round) < 1e-6);
}
