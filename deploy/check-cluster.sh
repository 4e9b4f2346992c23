#!/usr/bin/env bash
# Shows that a cluster of docker-compose.yml ends its jobs with the bits of a quiet run on one machine, whatever happens to its silos meanwhile.
#
#   deploy/check-cluster.sh [--steps N] [--only TEXT] [--keep] [--no-build]
#
# It starts a cluster of its own (project distconv-check, with volumes of its own), trains the same job again and again while silos are killed, added and removed, compares
# weightsDigest with an embedded run of the same image, prints a table, and removes everything (logs stay if a row is wrong). Exit code 0 only if every digest is the same and every fault came in mid-job.
#
#   --steps N   length of each job (default 1000): long enough to be still running when silos have been added and removed
#   --only TEXT only the rows whose name contains the text, such as 'kill'
#   --keep      leave the cluster running
#   --no-build  take the image distconv:local as it is
#
# DISTCONV_DATA        a folder with mnist/*.gz, as an absolute path; without it MNIST is left out
# DISTCONV_BUILD_NETWORK=host   if the build has to use this machine's network to restore packages
# Killing a process of a container from outside needs root (or sudo without a password) on the machine of the Docker engine; otherwise that row is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

project=distconv-check steps=1000 only= keep=0 build=1
while (($#)); do
  case $1 in
    --steps) steps=${2:?--steps needs a number}; shift 2 ;;
    --only) only=${2:?--only needs a text}; shift 2 ;;
    --keep) keep=1; shift ;;
    --no-build) build=0; shift ;;
    *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 2 ;;
  esac
done

work=$(mktemp -d)
watcher=
failures=0
rows=()
declare -A expected

say() { printf '== %s\n' "$*" >&2; }
compose() { docker compose -p "$project" --progress quiet "$@"; }
cli() { compose run --rm -T "$@" </dev/null; }
digest() { sed -n 's/.*"weightsDigest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$1" | tail -1; }

# What all jobs share. The bits depend on nothing else here.
job_options() { echo train --data "$1" --steps "$steps" --shards 12 --seed 5; }

finish() {
  [[ -z $watcher ]] || kill "$watcher" 2>/dev/null || true
  if ((keep)); then say "left running: docker compose -p $project ..."; else compose --profile cli down -v --remove-orphans --timeout 5 >/dev/null 2>&1 || true; fi
  if ((failures)); then say "what was said meanwhile is in $work"; else rm -rf "$work"; fi
}
trap finish EXIT

up() { # SILOS
  compose up -d --no-build --no-recreate --wait --wait-timeout 180 --scale silo="$1" >&2
}

silos() { compose ps -q silo; }

# The container that coordinates a job, by what its health tells.
coordinator() { # JOB
  local c ask="exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /health/live HTTP/1.0\r\n\r\n' >&3; cat <&3"
  for c in $(silos); do
    if docker exec "$c" bash -c "$ask" 2>/dev/null | grep -q "\"$1\""; then echo "$c"; return; fi
  done
}

follow() { # JOB: watches it in the background
  : >"$work/$1.json" >"$work/$1.log"
  compose run --rm -T --name "$project-watch-$1-$RANDOM" cli jobs watch "$1" --json </dev/null >"$work/$1.json" 2>"$work/$1.log" &
  watcher=$!
}

start() { # JOB DATA
  # shellcheck disable=SC2046
  cli cli $(job_options "$2") --job "$1" --detach >/dev/null 2>"$work/$1.start" || { cat "$work/$1.start" >&2; return 1; }
  follow "$1"
}

is_running() { kill -0 "$watcher" 2>/dev/null; }

wait_for_step() { # JOB STEP
  local at=0 i
  for ((i = 0; i < 3000; i++)); do
    at=$(grep -o 'step [0-9]*/' "$work/$1.log" | tail -1 | tr -dc 0-9) || true
    if ((${at:-0} >= $2)); then return; fi
    is_running || { say "job $1 ended before step $2"; cat "$work/$1.log" >&2; return 1; }
    sleep 0.2
  done
  say "job $1 did not come to step $2"
  return 1
}

end() { # JOB: waits for its end
  wait "$watcher" || { tail -5 "$work/$1.log" >&2; return 1; }
  watcher=
}

failed() { # JOB: keeps what was said
  ((failures += 1))
  compose logs --no-color --timestamps silo >"$work/$1.silos.log" 2>&1 || true
  tail -3 "$work/$1.log" >&2
}

row() { # NAME DATA JOB SECONDS IN_TIME
  local got verdict=same
  got=$(digest "$work/$3.json")
  [[ $got == "${expected[$2]}" ]] || verdict=DIFFERENT
  [[ $5 == yes ]] || verdict="TOO LATE (give more --steps)"
  [[ $verdict == same ]] || failed "$3"
  rows+=("$(printf '%-58s %-7s %5s s  %-24s %s' "$1" "$2" "$4" "${got:0:23}" "$verdict")")
}

# Trains a job, and does something to the cluster when a quarter of its steps is done.
check() { # NAME DATA FAULT
  local job="check-$3-$2" begin=$SECONDS in_time=no
  [[ $1 == *"$only"* ]] || return 0
  say "$1 ($2)"
  job=${job//_/-}
  if start "$job" "$2" && { [[ $3 == nothing ]] || wait_for_step "$job" $((steps / 4)); } && "$3" "$job" && { in_time=$(is_running && echo yes || echo no); end "$job"; }; then
    [[ $3 != nothing ]] || in_time=yes
    row "$1" "$2" "$job" $((SECONDS - begin)) "$in_time"
  else
    failed "$job"
    rows+=("$(printf '%-58s %-7s %5s s  %-24s %s' "$1" "$2" $((SECONDS - begin)) - FAILED)")
    [[ -z $watcher ]] || kill "$watcher" 2>/dev/null || true
  fi
  up 3
}

nothing() { :; }
kill_all() { compose kill -s KILL silo >&2 && up 3; }
kill_worker() {
  local c
  c=$(silos | grep -v "$(coordinator "$1")" | head -1)
  docker kill -s KILL "$c" >&2
}
kill_coordinator() { docker kill -s KILL "$(coordinator "$1")" >&2; }
kill_from_host() {
  local c pid
  c=$(coordinator "$1")
  pid=$(docker inspect -f '{{.State.Pid}}' "$c")
  say "kill -9 $pid, which coordinates; its container starts again by itself"
  $as_root kill -9 "$pid"
  for ((i = 0; i < 300; i++)); do
    [[ $(docker inspect -f '{{.RestartCount}} {{.State.Running}}' "$c") != "0 "* && $(docker inspect -f '{{.State.Running}}' "$c") == true ]] && return
    sleep 0.2
  done
  say 'the container did not start again'
  return 1
}
scale() {
  up 5 && say "silos: $(silos | wc -l)" && up 2 && say "silos: $(silos | wc -l)"
}
down_up() {
  # Who watches has to go before the network can; the job does not know who watches.
  kill "$watcher" 2>/dev/null || true
  docker ps -q --filter "name=$project-watch" | xargs -r docker kill >/dev/null
  wait "$watcher" 2>/dev/null || true
  compose down >&2 && up 3 && follow "$1"
}

# A process of a container can be killed from here if the engine is on this machine and this user may.
as_root=
can_kill=yes
[[ $(uname) == Linux ]] || can_kill=no
if ((EUID != 0)); then as_root="sudo -n"; sudo -n true 2>/dev/null || can_kill=no; fi

data=(digits)
if [[ -n ${DISTCONV_DATA:-} ]]; then data+=(mnist); fi

compose --profile cli down -v --remove-orphans --timeout 5 >/dev/null 2>&1 || true
if ((build)); then
  say 'building the image'
  compose build --quiet >&2
fi
for name in "${data[@]}"; do
  say "the quiet run on one machine ($name)"
  # shellcheck disable=SC2046
  cli -e DISTCONV_CLUSTER= -e DISTCONV_STORE=/tmp/store cli $(job_options "$name") --json --quiet >"$work/embedded.json"
  expected[$name]=$(digest "$work/embedded.json")
  rows+=("$(printf '%-58s %-7s %5s    %-24s' 'embedded, one process' "$name" '' "${expected[$name]:0:23}")")
done

say 'starting the cluster'
up 3
for name in "${data[@]}"; do check 'three silos' "$name" nothing; done
check 'a silo killed, and left dead' digits kill_worker
check 'the silo that coordinates killed, and left dead' digits kill_coordinator
if [[ $can_kill == yes ]]; then
  check 'the same by kill -9 from the host; restarted by Docker' "${data[-1]}" kill_from_host
else
  rows+=("$(printf '%-58s %s' 'kill -9 from the host' 'skipped: needs root on the machine of the Docker engine')")
fi
check 'all silos: docker compose kill -s KILL silo, then up' digits kill_all
check 'scaled to 5 silos and back to 2' digits scale
check 'docker compose down, then up: the job resumes by itself' "${data[-1]}" down_up

printf '\n%d steps, 12 shards\n' "$steps"
printf '%s\n' "${rows[@]}"
if ((failures)); then printf '\n%d of the rows are not as they should be\n' "$failures"; exit 1; fi
printf '\nall the same\n'
