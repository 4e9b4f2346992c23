#!/usr/bin/env bash
# What three readers of the dashboard cost a training: processor time of a step of 'distconv train --dashboard' with nobody looking and with three readers, in pairs. Each reader listens to the job's
# events and reads its series once a second over one connection, as a page does. Every run is done twice, short and long, and the short one is subtracted, so neither the start nor the first answer counts. For a machine that is idle.
# Usage: tests/dashboard-readers.sh PROGRAM [ROUNDS] [STEPS] [OPTIONS OF train…]
set -euo pipefail
program=${1:?the path of a published distconv}
rounds=${2:-10}
steps=${3:-2000}
options=("${@:4}")
[ "${#options[@]}" -gt 0 ] || options=(--data digits --model lenet5)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
port=$((20000 + RANDOM % 10000))

readers() { # until the training's dashboard is gone
  local url=http://127.0.0.1:$port/api/v1
  until curl -sf "$url/jobs/j/series" -o /dev/null; do sleep 0.1; done
  for _ in 1 2 3; do
    curl -sN "$url/events?jobs=j" -o /dev/null &
    curl -sf --fail-early --rate 1/s "$url/jobs/j/series?columns=loss,accuracy,seconds,compute&buckets=1000#[1-100000]" -o /dev/null &
  done
  wait
}

run_time() { # NAME STEPS: prints processor seconds
  rm -rf "$folder/jobs"
  local pid=
  if [ "$1" = readers ]; then readers >/dev/null 2>&1 & pid=$!; fi
  TIMEFORMAT='%U %S'
  { time "$program" train "${options[@]}" --steps "$2" --job j --store "$folder/jobs" --dashboard "$port" --quiet >/dev/null 2>"$folder/log"; } 2>"$folder/time" \
    || { cat "$folder/log" >&2; exit 1; }
  if [ -n "$pid" ]; then wait "$pid" || true; fi
  awk '{ print $1 + $2 }' "$folder/time"
}

step_time() { # NAME: prints milliseconds of a step
  local short long
  short=$(run_time "$1" "$((steps / 4))")
  long=$(run_time "$1" "$steps")
  awk -v s="$short" -v l="$long" -v n="$((steps - steps / 4))" 'BEGIN { printf "%.3f", 1000 * (l - s) / n }'
}

for ((round = 1; round <= rounds; round++)); do
  if ((round % 2)); then alone=$(step_time alone) watched=$(step_time readers); else watched=$(step_time readers) alone=$(step_time alone); fi
  echo "$alone $watched" >>"$folder/rounds"
  awk -v r="$round" -v a="$alone" -v w="$watched" 'BEGIN { printf "round %d: nobody %.3f ms a step, three readers %.3f ms, %+.1f %%\n", r, a, w, 100 * (w / a - 1) }'
done
awk '{ print 100 * ($2 / $1 - 1) }' "$folder/rounds" | sort -n |
  awk '{ v[NR] = $1 } END { printf "median of %d rounds: %+.1f %%\n", NR, NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
