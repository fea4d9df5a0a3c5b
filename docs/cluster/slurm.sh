#!/bin/bash
# protomodels on SLURM: a Ray cluster over the nodes of one job, a runner that does what is queued.
#   sbatch --nodes=8 slurm.sh            then, from the login node: protomodels run --queue --detach ...
# PROTOMODELS_STORAGE must name a PostgreSQL server that all nodes reach: SQLite on a network disk is not safe.
#SBATCH --job-name=protomodels
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@120
set -euo pipefail
: "${PROTOMODELS_STORAGE:?postgresql+psycopg://USER:PASSWORD@HOST:5432/DATABASE}"
export RAY_USAGE_STATS_ENABLED=0 OMP_NUM_THREADS=1 RAY_AUTH_MODE=token
RAY_AUTH_TOKEN=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')  # of this job only
export RAY_AUTH_TOKEN
# the runner reads compiled results from your own cache; each node fills one on its own disk from the cluster's memory
on_nodes=ALL,PROTOMODELS_CACHE=${TMPDIR:-/tmp}/protomodels-$SLURM_JOB_ID

head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
port=$((20000 + SLURM_JOB_ID % 20000))
protomodels db upgrade
srun --export="$on_nodes" --nodes=1 --ntasks=1 --nodelist="$head" \
  ray start --head --block --port="$port" --num-cpus="$SLURM_CPUS_ON_NODE" --include-dashboard=false &
until ray health-check --address="$head:$port" >/dev/null 2>&1; do sleep 2; done
if [ "$SLURM_JOB_NUM_NODES" -gt 1 ]; then
  srun --export="$on_nodes" --nodes=$((SLURM_JOB_NUM_NODES - 1)) --ntasks=$((SLURM_JOB_NUM_NODES - 1)) --exclude="$head" \
    ray start --block --address="$head:$port" --num-cpus="$SLURM_CPUS_ON_NODE" &
fi
# this script runs on the first node, where Ray's head is.  Two minutes before the job ends SLURM sends it TERM: the runner
# finishes the chunks at work and queues the run again, for the next job
trap 'kill -TERM "$runner"' TERM
protomodels runner --executor ray --ray-address "$head:$port" --until-idle &
runner=$!
wait "$runner" || wait "$runner"
