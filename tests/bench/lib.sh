# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by the benches of the server: what a request costs, what it costs beside its floor, and a floor to measure against.
# $seconds is the length of a measurement; what starts a server sets SERVER_PID, or FLOOR_PID and FLOOR_URL.
heap=(-Xms64m -Xmn32m -Xmx256m -XX:+UseSerialGC) # as the launcher runs the server
ticks=$(getconf CLK_TCK)

# cpu PID : processor time used so far, in microseconds.
cpu() { awk -v hz="$ticks" '{ printf "%d", ($14 + $15) * 1000000 / hz }' "/proc/$1/stat"; }
rss() { awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$1/status"; }

# cpus PID : the same of a process and its children, such as the HSM's own.
cpus() { for pid in $(family "$1"); do cpu "$pid"; echo; done | awk '{ sum += $1 } END { printf "%d", sum }'; }

# warm URL SCRIPT [SECONDS] : load that nobody counts.
warm() { TOKEN=${TOKEN:-} wrk -t2 -c16 -d"${3:-$seconds}s" -s "$2" "$1" >/dev/null; }

# load PID URL CONNECTIONS SCRIPT : "cpu-us/request requests/s p50 p99".
load() {
  local pid=$1 url=$2 connections=$3 script=$4 before after out
  before=$(cpus "$pid")
  out=$(TOKEN=${TOKEN:-} wrk -t2 -c"$connections" -d"${seconds}s" --latency -s "$script" "$url")
  after=$(cpus "$pid")
  if grep -q ' 0 requests in' <<<"$out"; then
    echo "no request was answered within $seconds s on $url: measure for longer" >&2
    return 1
  fi
  if grep -q 'Non-2xx' <<<"$out"; then
    echo "requests failed on $url:" >&2
    echo "$out" >&2
    return 1
  fi
  awk -v used=$((after - before)) '
    / requests in / { n = $1 } /Requests\/sec/ { rate = $2 } $1 == "50%" { p50 = $2 } $1 == "99%" { p99 = $2 }
    END { printf "%.1f %d %s %s\n", used / n, rate, p50, p99 }' <<<"$out"
}

classpath() { echo "target/test-classes:target/classes:$(printf '%s:' target/lib/*.jar)"; }

# floor_http SIZE : starts the bare server, sets FLOOR_PID and FLOOR_URL.
floor_http() {
  local port
  port=$(free_port)
  "$JAVA_HOME/bin/java" "${heap[@]}" --enable-native-access=ALL-UNNAMED -cp "$(classpath)" io.casemate.bench.Floors \
    http "$port" "$WORK/bench.p12" "$1" >"$WORK/floor.log" 2>&1 &
  FLOOR_PID=$!
  SERVERS+=("$FLOOR_PID")
  FLOOR_URL=https://127.0.0.1:$port/
  for _ in $(seq 100); do
    curl -sk -o /dev/null "$FLOOR_URL" && return 0
    sleep 0.1
  done
  cat "$WORK/floor.log" >&2
  return 1
}

row() { printf '| %-36s | %4s | %8s | %9s | %9s | %8s | %6s |\n' "$@"; }

# measure TEXT CONNECTIONS URL SCRIPT FLOOR_TEXT FLOOR_PATH FLOOR_SCRIPT : one row, and its floor of the same moment.
measure() {
  local text=$1 connections=$2 url=$3 script=$4 floor_text=$5 floor=$FLOOR_URL$6 floor_script=$7 mine theirs
  : >"$WORK/mine"
  : >"$WORK/theirs"
  for _ in 1 2 3; do
    load "$SERVER_PID" "$url" "$connections" "$script" >>"$WORK/mine"
    load "$FLOOR_PID" "$floor" "$connections" "$floor_script" >>"$WORK/theirs"
  done
  read -ra mine < <(sort -n "$WORK/mine" | head -n 1)
  read -ra theirs < <(sort -n "$WORK/theirs" | head -n 1)
  row "$text" "$connections" "${mine[1]}" "${mine[2]}" "${mine[3]}" "${mine[0]}" \
    "$(awk -v a="${mine[0]}" -v b="${theirs[0]}" 'BEGIN { printf "%.1f", a / b }')"
  row "  floor: $floor_text" "$connections" "${theirs[1]}" "${theirs[2]}" "${theirs[3]}" "${theirs[0]}" 1.0
}

# unsealed_within LOG PID : waits, looking every 5 ms, until the server says that it is unsealed and listens.
unsealed_within() {
  until [ "$(grep -c '"unsealed by\|"listening on' "$1")" = 2 ]; do
    kill -0 "$2" 2>/dev/null || { cat "$1" >&2; return 1; }
    sleep 0.005
  done
}

# family PID : the process and its children, as the HSM's own one.
family() { echo "$1"; pgrep -P "$1" || true; }

# machine : what the figures were measured on.
machine() {
  echo "Machine: $(nproc) cores, $(uname -r); JDK $("$JAVA_HOME/bin/java" --version | head -n 1); ${heap[*]}; $seconds s a line; $(date -u +%F)"
}

# founded NAME : the site's first start; sets TOKEN and SERVER_PID.
founded() {
  start_site "$1"
  TOKEN=$(api "$1" PUT sys/init '{"recovery_shares":1,"recovery_threshold":1}' | sed -E 's/.*"root_token":"([^"]+)".*/\1/')
  export TOKEN
  SERVER_PID=$(cat "$WORK/$1/pid")
}

# started NAME : starts the site again; sets SERVER_PID, and STARTED to the milliseconds from the launcher's start to unsealed.
started() {
  local site=$WORK/$1 begun
  : >"$site/start.log"
  begun=$(date +%s%N)
  SOFTHSM2_CONF=$site/softhsm2.conf "$top/casemate" server --config "$site/casemate.yaml" >"$site/start.log" 2>&1 &
  SERVER_PID=$!
  SERVERS+=("$SERVER_PID")
  echo "$SERVER_PID" >"$site/pid"
  unsealed_within "$site/start.log" "$SERVER_PID"
  STARTED=$((($(date +%s%N) - begun) / 1000000))
}

# starts N : starts the founded site bench again N times and says how long it took.
starts() {
  local times=() costs=() last=$(($1 - 1))
  for _ in $(seq "$1"); do
    stop_site bench
    started bench
    times+=("$STARTED")
    costs+=("$(($(cpus "$SERVER_PID") / 1000))")
  done
  mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
  mapfile -t costs < <(printf '%s\n' "${costs[@]}" | sort -n)
  echo "Start to unsealed, launcher included: ${times[0]} / ${times[last / 2]} / ${times[last]} ms (least, middle, most of $1)," \
    "${costs[last / 2]} ms of processor time in both processes, SoftHSM."
}
