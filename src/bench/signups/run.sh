#!/bin/sh
# Load on the sign-up form: posts beside pgbench on the same server, then the backlog. Needs wrk, pgbench and psql, and the
# packaged program; run it in the project's folder: src/bench/signups/run.sh [seconds of each measurement]
set -eu
SECONDS_EACH=${1:-30}
HERE=$(cd "$(dirname "$0")" && pwd)
PROGRAM=${PROGRAM:-$HERE/../../../target/quarkus-app/quarkus-run.jar}
WORK=$(mktemp -d)
chmod 755 "$WORK"
cd "$WORK"
PORT=${PORT:-18095}
BASE=http://localhost:$PORT
export QUARKUS_HTTP_PORT=$PORT BROADSHEET_BASE_URL=$BASE BROADSHEET_DATA_DIR=$WORK/data
export BROADSHEET_ADMIN_TOKEN=token-of-the-benchmark BROADSHEET_TRUSTED_PROXIES=127.0.0.1
PID=

start() { # what is scheduled: true or false
  QUARKUS_SCHEDULER_ENABLED=$1 java ${JAVA_OPTIONS:-} -jar "$PROGRAM" > log 2>&1 &
  PID=$!
  until curl -sf $BASE/q/health/ready > ready; do sleep 0.2; done
  export PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE=postgres PGPORT="$(sed -n 4p data/postgres/postmaster.pid)"
  PGPASSWORD=$(cat data/database-password)
  export PGPASSWORD
}
stop() {
  [ -z "$PID" ] || { kill $PID; wait $PID || true; }
  PID=
}
trap stop EXIT

rows() { psql -Atc "select count(*) from $1"; }

posts() { # for so many seconds
  TS=$(curl -s $BASE/n/sample | grep -o 'name="ts" value="[^"]*"' | cut -d'"' -f4)
  RUN=$(date +%s)
  export TS RUN FORM=/n/sample/subscribe
  sleep 3
  wrk -t1 -c16 -d"$1"s -s "$HERE/post.lua" --latency $BASE | grep '^|'
}

# CPU seconds of the program, and of the machine
cpu() { awk '{print ($14 + $15) / 100}' /proc/$PID/stat; }
busy() { awk '/^cpu / {print ($2 + $3 + $4) / 100}' /proc/stat; }

start false
echo "warming up"
posts 60 > /dev/null
echo "## posts alone"
BEFORE=$(rows sign_up) CPU=$(cpu) BUSY=$(busy)
posts "$SECONDS_EACH"
echo "| rows written | $(($(rows sign_up) - BEFORE)) |"
echo "| CPU of the program, of the whole machine | $(echo "$(cpu) $CPU" | awk '{print $1 - $2}') s, $(echo "$(busy) $BUSY" | awk '{print $1 - $2}') s |"
echo "## pgbench, the same statement"
pgbench -n -M prepared -c 16 -j 1 -T "$SECONDS_EACH" -f "$HERE/post.sql" | grep -E "tps|latency average|failed"
echo "## posts alone, once more"
posts "$SECONDS_EACH"
stop

echo "## backlog alone"
start true
FIRST=$(rows sign_up) FROM=$(date +%s%N) LEFT=1
while [ "$LEFT" -gt 0 ] && [ $(($(date +%s%N) - FROM)) -lt 120000000000 ]; do sleep 1; LEFT=$(rows sign_up); done
echo "| $((FIRST - LEFT)) sign-ups worked off | $(( (FIRST - LEFT) * 1000 / (($(date +%s%N) - FROM) / 1000000) )) a second |"
echo "## posts while the backlog is worked off"
BEFORE=$(rows subscriber)
posts "$SECONDS_EACH"
echo "| worked off meanwhile | $(( ($(rows subscriber) - BEFORE) / SECONDS_EACH )) a second |"
