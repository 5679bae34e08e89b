# shellcheck shell=bash disable=SC2034 # points look at $load
# Sourced by every point. A point says what shall be so (file, transform, link, mask, sysctl, boolean) in a function "wanted";
# what is done with that depends on $mode: check compares, plan tells, apply does it, undo takes back all that apply did.
#
# Before anything is touched for the first time, what was there goes to $state: undo puts exactly that back, modes, owners
# and times included, and removes directories that apply made. What somebody else has changed since is
# never thrown away: it stays, or is set aside as PATH.casemate-changed.

# "printf ... | file ..." has to count in this shell
shopt -s lastpipe

usage() {
  cat >&2 <<EOF
usage: ${0##*/} [--check|--plan|--apply|--undo] [--root DIR] [--load]
  --check     exit code 0: all is so; 1: something is not; 3: means nothing on this machine (default)
  --plan      says what --apply would change
  --apply     makes it so; a second time it changes nothing
  --undo      puts back what was there before the first --apply
  --root DIR  works on the files below DIR and on nothing that runs
  --load      with --root: packet filter rules are loaded all the same, into this process's network namespace
EOF
  exit 64
}

mode=check root='' load=no
point=${0##*/}
differs=0 changed=0 troubles=0

begin() {
  while [ $# -gt 0 ]; do
    case $1 in
      --check | --plan | --apply | --undo) mode=${1#--} ;;
      --root)
        [ $# -gt 1 ] || usage
        root=$2
        shift
        ;;
      --root=*) root=${1#*=} ;;
      --load) load=yes ;;
      *) usage ;;
    esac
    shift
  done
  root=${root%/}
  [ -z "$root" ] || [ -d "$root" ] || die "$root is no directory"
  state=$root/var/lib/casemate-hardening/$point
  read_settings
}

say() { printf '%s: %s\n' "$point" "$*"; }
# what went wrong and does not keep the rest from being done; the point fails for it at the end
trouble() {
  printf '%s: %s\n' "$point" "$*" >&2
  troubles=$((troubles + 1))
}
die() {
  printf '%s: %s\n' "$point" "$*" >&2
  exit 1
}
live() { [ -z "$root" ]; }
not_here() {
  say "does not apply: $*"
  exit 3
}

# /etc/casemate/hardening.conf, lines NAME=VALUE or NAME="VALUE" as systemd's EnvironmentFile= reads them; nothing is executed.
read_settings() {
  local line name value file=$root/etc/casemate/hardening.conf
  [ -f "$file" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | \#*) continue ;; esac
    name=${line%%=*} value=${line#*=}
    [[ $name =~ ^CASEMATE_[A-Z_]+$ && $line == *=* ]] || die "$file: not understood: $line"
    value=${value#\"} value=${value%\"}
    printf -v "$name" '%s' "$value"
  done <"$file"
}

# --- what was there ---------------------------------------------------------------------------------------------------------

note() { # KIND WORD... : one line of the journal; fields are separated by tabs
  local IFS=$'\t'
  mkdir -p "$state/saved" && chmod 700 "$state"
  printf '%s\n' "$*" >>"$state/journal"
}

noted() { # KIND WORD : whether that was noted before
  [ -f "$state/journal" ] && awk -F '\t' -v kind="$1" -v word="$2" '$1 == kind && $2 == word { found = 1 } END { exit !found }' "$state/journal"
}

# Remembers a path as it is, once, and the directories above it that are not there.
remember() {
  local path=$1 above
  noted file "$path" || noted absent "$path" && return 0
  if [ -e "$root$path" ] || [ -L "$root$path" ]; then
    mkdir -p "$state/saved"
    local number
    number=$(find "$state/saved" -mindepth 1 -maxdepth 1 | wc -l)
    cp -a -- "$root$path" "$state/saved/$number" && sync "$state/saved/$number" 2>/dev/null
    note file "$path" "$number"
  else
    above=$(dirname "$path")
    local -a missing=()
    while [ ! -d "$root$above" ]; do
      missing=("$above" "${missing[@]}")
      above=$(dirname "$above")
    done
    for above in "${missing[@]}"; do
      note dir "$above"
      mkdir "$root$above"
    done
    note absent "$path"
  fi
}

# What a path is now, so that undo knows whether somebody else has changed it since.
wrote() { note wrote "$1" "$(signature "$1")"; }
signature() {
  if [ -L "$root$1" ]; then
    printf 'link %s' "$(readlink "$root$1")"
  elif [ -f "$root$1" ]; then
    sha256sum <"$root$1"
  fi
}

written() { # PATH : the signature of what apply wrote there last
  local kind path what last=
  while IFS=$'\t' read -r kind path what; do
    if [ "$kind" = wrote ] && [ "$path" = "$1" ]; then last=$what; fi
  done <"$state/journal"
  printf '%s' "$last"
}

foreign() { # PATH : whether it is there and is not what apply wrote last
  local was now
  was=$(written "$1")
  now=$(signature "$1")
  [ -n "$was" ] && [ -n "$now" ] && [ "$was" != "$now" ]
}

linked() { # PATH : whether what apply wrote last was a link
  [[ $(written "$1") == link\ * ]]
}

# put_back PATH SAVED : as it was, under another name first: a power cut leaves the one or the other.
put_back() {
  local to=$1
  if foreign "$1"; then
    to=$1.casemate-before
    say "$1 was changed since by somebody else and stays as it is; what was there before is $to: take back by hand what is ours"
  fi
  cp -a -- "$state/saved/$2" "$root$to.casemate-new" && mv -fT -- "$root$to.casemate-new" "$root$to"
}

take_away() { # PATH : which was not there
  if foreign "$1" && linked "$1" && [ ! -L "$root$1" ]; then
    say "$1 is somebody else's now and stays as it is"
  elif foreign "$1"; then
    mv -fT -- "$root$1" "$root$1.casemate-changed"
    say "$1 was changed since by somebody else: it is $1.casemate-changed now"
  else
    rm -f -- "$root$1"
  fi
}

# --- what shall be ----------------------------------------------------------------------------------------------------------

differ() { # TEXT : something is not as wanted; succeeds when it is to be changed now
  differs=$((differs + 1))
  case $mode in
    check) say "not so: $1" ;;
    plan) say "would change: $1" ;;
    apply)
      say "changed: $1"
      changed=$((changed + 1))
      return 0
      ;;
  esac
  return 1
}

# file PATH MODE : its content comes from standard input. Written beside it and renamed: a power cut leaves the old or the new.
file() {
  local path=$1 permissions=$2 content
  content=$(cat && echo .)
  content=${content%.}
  if [ -f "$root$path" ] && [ ! -L "$root$path" ] && [ "$(cat "$root$path" && echo .)" = "$content." ] &&
    [ "$(stat -c %a "$root$path")" = "$permissions" ]; then
    return 0
  fi
  differ "$path" || return 0
  remember "$path"
  local new
  new=$(mktemp "$root$(dirname "$path")/.casemate.XXXXXX")
  printf '%s' "$content" >"$new" && chmod "$permissions" "$new" && sync "$new" && mv -f -- "$new" "$root$path" && labelled "$path"
  wrote "$path"
}

# What lies in /etc has the directory's SELinux type, unless the policy says otherwise of this file.
labelled() { if live && type -P restorecon >/dev/null; then restorecon -F "$1" 2>/dev/null || true; fi; }

# transform PATH SED-EXPRESSION... : changes lines of a file that belongs to somebody else.
transform() {
  local path=$1 content
  shift
  [ -f "$root$path" ] || return 0
  content=$(sed -E "$@" "$root$path" && echo .)
  [ "$(cat "$root$path" && echo .)" != "$content" ] || return 0
  differ "$path" || return 0
  remember "$path"
  local new
  new=$(mktemp "$root$(dirname "$path")/.casemate.XXXXXX")
  cp -p -- "$root$path" "$new" && printf '%s' "${content%.}" >"$new" && sync "$new" && mv -f -- "$new" "$root$path" && labelled "$path"
  wrote "$path"
}

# append PATH LINE : a line at the end of a file that belongs to somebody else, unless it is there.
append() {
  [ -f "$root$1" ] || return 0
  grep -qxF -- "$2" "$root$1" || transform "$1" "\$ a $2"
}

# link PATH TARGET : a symbolic link.
link() {
  [ "$(readlink "$root$1")" != "$2" ] || return 0
  differ "$1 -> $2" || return 0
  remember "$1"
  rm -f -- "$root$1" && ln -s -- "$2" "$root$1"
  wrote "$1"
}

unit_there() {
  local place
  for place in etc usr/lib lib run; do
    if [ -e "$root/$place/systemd/system/$1" ]; then return; fi
  done
  return 1
}

# mask UNIT... : never started again, by nobody; stopped now. Whether it was enabled stays as it was, for undo. It is stopped before it
# is masked, since a masked unit has no ExecStop=, and once more after all are: a socket may have started its service in between.
mask() {
  local unit
  for unit in "$@"; do
    unit_there "$unit" || continue
    stop_unit "$unit"
    link "/etc/systemd/system/$unit" /dev/null
  done
  if live && [ "$mode" = apply ] && [ "$changed" -gt 0 ]; then
    systemctl daemon-reload
    for unit in "$@"; do stop_unit "$unit"; done
  fi
}

stop_unit() {
  if live && [ "$mode" = apply ] && systemctl is-active --quiet "$1"; then
    noted active "$1" || note active "$1"
    systemctl stop "$1" || trouble "$1 cannot be stopped: systemctl status $1 tells why"
  fi
}

# sysctl KEY VALUE : now, and from the next boot on by a file that sorts after the distribution's.
sysctls=''
sysctl() {
  local key=$1 value=$2 now where
  sysctls+="$key = $value"$'\n'
  where=$root/proc/sys/${key//.//}
  [ -e "$where" ] || { say "the kernel has no $key" && return 0; }
  now=$(tr '\t' ' ' <"$where")
  [ "$now" != "$value" ] || return 0
  differ "$key is $now, wanted $value" || return 0
  noted sysctl "$key" || note sysctl "$key" "$now"
  printf '%s\n' "$value" 2>/dev/null >"$where" || say "the kernel refused $key = $value"
}

sysctl_file() { printf '# Written by casemate hardening, point %s\n%s' "$point" "$sysctls" | file "/etc/sysctl.d/zz-casemate-$point.conf" 644; }

# safety_net : takes the point back by itself after ten minutes, and at a boot in between, unless somebody confirms. What was
# confirmed is not asked for again at each boot.
safety_net() {
  local here unit=casemate-harden-revert-$point
  [ "$changed" -gt 0 ] || return 0
  rm -f -- "$state/confirmed"
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  printf '[Unit]\nDescription=Takes back the hardening of %s: nobody confirmed it\n\n[Service]\nType=oneshot\nExecStart=%s/harden --undo %s\n' \
    "$point" "$here" "$point" | file "/etc/systemd/system/$unit.service" 644
  printf '[Unit]\nDescription=Waits for: harden --confirm %s\n\n[Timer]\nOnActiveSec=10min\nOnBootSec=10min\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n' \
    "$point" | file "/etc/systemd/system/$unit.timer" 644
  link "/etc/systemd/system/timers.target.wants/$unit.timer" "../$unit.timer"
  if live; then
    systemctl daemon-reload
    systemctl restart "$unit.timer" || { undo && die "the safety net cannot be spread; all was taken back"; }
  fi
  say "will be taken back in 10 minutes unless you run, from a new login: $here/harden --confirm $point"
}

# Those that apply made go when they are empty: the last point that has something there takes them along.
remove_directories() {
  local made=$1/directories path
  [ ! -f "$made" ] || sort -ru "$made" | while read -r path; do
    rmdir -- "$root$path" 2>/dev/null || [ ! -d "$root$path" ] || printf '%s\n' "$path"
  done >"$made.left"
  if [ -s "$made.left" ]; then mv -f -- "$made.left" "$made"; else rm -f -- "$made" "$made.left"; fi
  rmdir -- "$1" 2>/dev/null || true
}

# --- the way back -----------------------------------------------------------------------------------------------------------

undo() {
  if [ ! -f "$state/journal" ]; then
    say 'nothing to undo'
    return 0
  fi
  local kind a b unit
  local -a active=()
  if live && [ -e "/etc/systemd/system/casemate-harden-revert-$point.timer" ]; then
    systemctl stop "casemate-harden-revert-$point.timer" || true
  fi
  # a pipe, since a package's scriptlet may run where there is no /dev/fd
  tac "$state/journal" | while IFS=$'\t' read -r kind a b; do
    case $kind in
      file) put_back "$a" "$b" ;;
      absent) take_away "$a" ;;
      dir) printf '%s\n' "$a" >>"$(dirname "$state")/directories" ;;
      sysctl) printf '%s\n' "$b" 2>/dev/null >"$root/proc/sys/${a//.//}" || say "$a stays until the next boot: the kernel takes it one way only" ;;
      active) active+=("$a") ;;
      *) if declare -F "undo_$kind" >/dev/null; then "undo_$kind" "$a" "$b"; fi ;;
    esac
  done
  if live; then systemctl daemon-reload 2>/dev/null || true; fi
  for unit in "${active[@]}"; do systemctl start "$unit" || say "$unit did not start again"; done
  if declare -F after_undo >/dev/null; then after_undo; fi
  rm -rf -- "$state"
  remove_directories "$(dirname "$state")"
  say 'undone'
}

finish() {
  if [ "$mode" = undo ]; then
    undo
    exit
  fi
  wanted
  case $mode in
    check)
      [ "$differs" -eq 0 ] || exit 1
      say 'ok'
      ;;
    plan) [ "$differs" -gt 0 ] || say 'nothing to change' ;;
    apply)
      [ "$troubles" -eq 0 ] || exit 1
      [ "$changed" -gt 0 ] || say 'nothing to change'
      ;;
  esac
}
