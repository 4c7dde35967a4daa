#!/bin/sh
# One result of adagio, computed by an array of OAR, as on Grid'5000:
#
#   oar.sh SHARDS FOLDER COMMAND...
#   oar.sh 8 parts simulate testdata/cps.ballet -n 100000
#
# Submits a job for each shard that has no part in FOLDER yet; the job that finds all parts
# there merges them into FOLDER/result. If a job was killed, call it again: it submits what
# is missing. FOLDER and the model must be on a file system that the nodes share. Options
# of oarsub, such as a walltime, go into the variable OARSUB_FLAGS.
set -eu

if [ "$1" = --task ]; then # in a job: the shard comes last, from the file of parameters
  shards=$2 folder=$3
  shift 3
  for shard; do :; done
  sh -c "adagio $(cat "$folder/command") --shard $shard/$shards --part $folder/part-$shard.jsonl"
  [ "$(ls "$folder"/part-*.jsonl | wc -l)" -eq "$shards" ] || exit 0
  code=0
  adagio merge "$folder"/part-*.jsonl >"$folder/merged-$shard" || code=$?
  [ "$code" -ge 2 ] || mv "$folder/merged-$shard" "$folder/result" # 1: the answer is no
  exit "$code"
fi

shards=$1 folder=$2
shift 2
mkdir -p "$folder"
for word; do
  printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"
done >"$folder/command"
for i in $(seq "$shards"); do
  [ -e "$folder/part-$i.jsonl" ] || echo "$i"
done >"$folder/missing"
[ -s "$folder/missing" ] || { echo "no shard is missing"; exit 0; }
# shellcheck disable=SC2086
oarsub ${OARSUB_FLAGS:-} --array-param-file "$folder/missing" "$0 --task $shards $folder"
