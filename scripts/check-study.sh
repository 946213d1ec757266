#!/usr/bin/env bash
# A study that is killed again and again must give the table of one that is left alone, byte for byte.
# Usage: scripts/check-study.sh [KILLS [SECONDS]]    (20 kills, each up to SECONDS (5) after a further epoch was recorded;
# every fourth that long after the start)
# Two data sets, five mappers, three seeds. It is killed (SIGKILL, further processes included) while one process or
# two jobs side by side work on it, and finished by two jobs; with REPRISE_SLURM=required by an array job of a Slurm
# that is started here (root, Debian's slurm-wlm and munge). SEED=N repeats the times of the kills.
set -euo pipefail
kills=${1:-20}
seconds=${2:-5}
RANDOM=${SEED:=$(date +%s)}
here=$(cd "$(dirname "$0")/.." && pwd)
reprise=$here/target/reprise/bin/reprise
work=$(mktemp -d)
daemons=()
stop() {
  for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do kill "${daemons[i]}" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT
export REPRISE_CACHE=$work/cache
echo "SEED=$SEED, $kills kills"

epochs() { find runs -name metrics.jsonl -exec cat {} + | wc -l; }

mkdir -p "$work/calm" "$work/killed"
cat >"$work/study.yaml" <<YAML
base: $here/experiments/quickstart.yaml
name: study
dataset: {train: 64, validation: 0, test: 48}
training: {epochs: 3, batch-size: 32}
sweep: {dataset.data-seed: [1, 2], seed: [0, 1, 2]}
YAML

(cd "$work/calm" && "$reprise" run ../study.yaml --quiet >/dev/null)
echo "undisturbed: done"

cd "$work/killed"
mkdir runs
done_early=0
for ((kill = 1; kill <= kills; kill++)); do
  how=()
  [ $((kill % 2)) -eq 0 ] && how=(--jobs 2)
  setsid "$reprise" run ../study.yaml --quiet "${how[@]}" >"$work/out" 2>&1 &
  process=$!
  before=$(epochs)
  while [ $((kill % 4)) -ne 0 ] && [ "$(epochs)" -le "$before" ] && kill -0 "$process" 2>/dev/null; do sleep 0.1; done
  sleep $((RANDOM % seconds)).$(printf %03d $((RANDOM % 1000)))
  if kill -KILL -- "-$process" 2>/dev/null; then :; else done_early=$((done_early + 1)); fi
  wait "$process" 2>/dev/null || true
  complete=$(find . -name report.html -path '*/study/*-*/*' | wc -l)
  echo "kill $kill${how[*]:+ (${how[*]})}: $complete of 30 complete, $(epochs) epochs"
done
[ "$done_early" -eq 0 ] || echo "$done_early of them came after the end"

if [ "${REPRISE_SLURM:-}" = required ]; then
  state=$(mktemp -d /tmp/slurm.XXXXXX)
  chmod 755 "$state"
  mkdir "$state"/{run,state,spool}
  head -c 1024 /dev/urandom >"$state/key" && chmod 400 "$state/key"
  port=$((20000 + RANDOM % 20000))
  cat >"$state/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$state/run/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$state/state
SlurmdSpoolDir=$state/spool
SlurmctldPidFile=$state/run/slurmctld.pid
SlurmdPidFile=$state/run/slurmd.pid
SlurmctldLogFile=$state/slurmctld.log
SlurmdLogFile=$state/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
MailProg=/bin/true
NodeName=localhost NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=1000 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$state/slurm.conf
  munged --foreground --force --key-file="$state/key" --socket="$state/run/munge.socket" \
    --pid-file="$state/run/munged.pid" --log-file="$state/munged.log" --seed-file="$state/seed" \
    >"$state/munged.out" 2>&1 &
  daemons+=($!)
  sleep 1
  slurmctld -D -f "$SLURM_CONF" >"$state/slurmctld.out" 2>&1 &
  daemons+=($!)
  slurmd -D -f "$SLURM_CONF" -N localhost >"$state/slurmd.out" 2>&1 &
  daemons+=($!)
  for ((i = 0; i < 120; i++)); do
    [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break
    sleep 1
  done
  "$reprise" run ../study.yaml --slurm --sbatch-option=--time=60
  while [ -n "$(squeue -h -r)" ]; do sleep 2; done
  echo "finished under Slurm"
else
  "$reprise" run ../study.yaml --quiet --jobs 2 >/dev/null
  echo "finished by two jobs (under Slurm with REPRISE_SLURM=required)"
fi

for format in text csv; do
  (cd "$work/calm" && "$reprise" compare runs/study --format $format >"$work/calm.$format")
  (cd "$work/killed" && "$reprise" compare runs/study --format $format >"$work/killed.$format")
  cmp "$work/calm.$format" "$work/killed.$format"
done
cat "$work/killed.text"
echo "the same table, byte for byte"
