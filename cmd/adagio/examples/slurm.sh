#!/bin/sh
# One result of adagio, computed by a job array of Slurm:
#
#   slurm.sh SHARDS FOLDER COMMAND...
#   slurm.sh 8 parts bound testdata/openstack.ballet --sweep sites=1..100 --format csv
#
# Submits a task for each shard that has no part in FOLDER yet, and after them a job that
# merges the parts into FOLDER/result. If a task was killed, call it again: it submits what
# is missing. A task may cost Slurm seconds of processor time, so let a shard take a minute
# or more. Options of sbatch, such as a partition, go into the variable SBATCH_FLAGS.
set -eu

case $1 in
--task) # in the array
  shards=$2 folder=$3
  shift 3
  exec adagio "$@" --shard "$SLURM_ARRAY_TASK_ID/$shards" --part "$folder/part-$SLURM_ARRAY_TASK_ID.jsonl"
  ;;
--merge)
  folder=$2
  code=0
  adagio merge "$folder"/part-*.jsonl >"$folder/merged" || code=$?
  [ "$code" -ge 2 ] || mv "$folder/merged" "$folder/result" # 1: the answer is no
  exit "$code"
  ;;
esac

shards=$1 folder=$2
shift 2
mkdir -p "$folder"
missing=
for i in $(seq "$shards"); do
  [ -e "$folder/part-$i.jsonl" ] || missing=$missing${missing:+,}$i
done
after=
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086
  job=$(sbatch ${SBATCH_FLAGS:-} --parsable --array="$missing" --output="$folder/task-%a.log" "$0" --task "$shards" "$folder" "$@")
  after="--dependency=afterok:${job%%;*} --kill-on-invalid-dep=yes"
  echo "array ${job%%;*}: shards $missing"
fi
# shellcheck disable=SC2086
job=$(sbatch ${SBATCH_FLAGS:-} --parsable $after --output="$folder/merge.log" "$0" --merge "$folder")
echo "merge ${job%%;*}"
