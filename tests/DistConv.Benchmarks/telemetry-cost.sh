#!/usr/bin/env bash
# Processor time of a training step without telemetry, with a collector that is absent, and with one that accepts connections and never answers: paired rounds,
# in turn, on a machine that does nothing else. Prints one line a round, and the medians of the ratios. Needs python3 for the silent collector.
#
#   tests/DistConv.Benchmarks/telemetry-cost.sh PROGRAM [ROUNDS] [STEPS]
#
# PROGRAM is a published distconv; ROUNDS is 10 and STEPS is 200 unless you say otherwise. A run of one step is subtracted, so the start does not count.
set -euo pipefail
program=${1:?the path of a published distconv}
rounds=${2:-10}
steps=${3:-200}

work=$(mktemp -d)
mkfifo "$work/port"
python3 - "$work/port" <<'PYTHON' &
import signal, socket, sys
server = socket.create_server(("127.0.0.1", 0), backlog=100)  # The system accepts; nobody ever reads.
with open(sys.argv[1], "w") as port: port.write(str(server.getsockname()[1]))
signal.pause()
PYTHON
silent=$!
trap 'kill "$silent"; rm -rf "$work"' EXIT
port=$(cat "$work/port")

# Seconds of processor time of a whole run.
run_time() { # STEPS JOB OPTION…
  local count=$1 job=$2
  shift 2
  { TIMEFORMAT='%U %S'; time "$program" train --data digits --samples 8000 --threads 1 --steps "$count" --store "$work/store" --job "$job" --quiet "$@" \
    >"$work/out" 2>"$work/err"; } 2>&1 | awk '{ print $1 + $2 }'
}

# Milliseconds of processor time, of one step on average.
step_time() { # JOB OPTION…
  local job=$1 start whole
  shift
  start=$(run_time 1 "$job-start" "$@")
  whole=$(run_time "$steps" "$job" "$@")
  awk -v steps="$steps" -v start="$start" -v whole="$whole" 'BEGIN { printf "%.4f", 1000 * (whole - start) / (steps - 1) }'
}

median() { sort -g | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'; }

: >"$work/absent"
: >"$work/silent"
step_time "warm-up" >/dev/null
for ((round = 1; round <= rounds; round++)); do
  none=$(step_time "none-$round")
  absent=$(step_time "absent-$round" --telemetry otlp=http://127.0.0.1:9)
  hanging=$(step_time "silent-$round" --telemetry "otlp=http://127.0.0.1:$port")
  awk -v a="$absent" -v n="$none" 'BEGIN { print a / n }' >>"$work/absent"
  awk -v h="$hanging" -v n="$none" 'BEGIN { print h / n }' >>"$work/silent"
  echo "round $round: none $none ms, absent $absent ms, silent $hanging ms a step"
done
echo "median ratio to none: absent $(median <"$work/absent"), silent $(median <"$work/silent")"
