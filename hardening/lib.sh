# shellcheck shell=bash disable=SC2034 # points look at $load
# Sourced by every point. A point says what shall be so (file, transform, link, mask, sysctl, boolean) in a function "wanted";
# what is done with that depends on $mode: check compares, plan tells, apply does it, undo takes back all that apply did. What can
# lock out says can_lock_out=yes: confirm keeps it, and revert takes back what nobody confirmed (net.sh).
#
# Before anything is touched for the first time, what was there goes to $layer, which is $state or, on top of what somebody
# confirmed, $state/since: undo puts exactly that back, modes, owners and times included, and removes directories that apply made. What somebody else has changed since is
# never thrown away: it stays, or is set aside as PATH.casemate-changed.

# "printf ... | file ..." has to count in this shell
shopt -s lastpipe

usage() {
  cat >&2 <<EOF
usage: ${0##*/} [--check|--plan|--apply|--undo|--confirm|--revert] [--root DIR] [--load]
  --check     exit code 0: all is so; 1: something is not; 3: means nothing on this machine (default)
  --plan      says what --apply would change
  --apply     makes it so; a second time it changes nothing
  --undo      puts back what was there before the first --apply
  --confirm   keeps what would take itself back; exit code 3: nothing of it is applied
  --revert    takes back what nobody confirmed
  --root DIR  works on the files below DIR and on nothing that runs
  --load      with --root: packet filter rules are loaded all the same, into this process's network namespace
EOF
  exit 64
}

mode=check root='' load=no
point=${0##*/}
differs=0 changed=0 troubles=0
can_lock_out=no

# shellcheck source=hardening/net.sh
. "$(dirname "${BASH_SOURCE[0]}")/net.sh"

begin() {
  while [ $# -gt 0 ]; do
    case $1 in
      --check | --plan | --apply | --undo | --confirm | --revert) mode=${1#--} ;;
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
  layer=$state
  [ ! -e "$state/confirmed" ] || layer=$state/since
  # the way back depends on no setting, so a bad one does not bar it
  case $mode in check | plan | apply) read_settings ;; esac
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

# /etc/casemate/hardening.conf, lines NAME=VALUE, NAME="VALUE" or NAME='VALUE' as systemd's EnvironmentFile= reads them; nothing
# is executed. Blanks around a line mean nothing.
read_settings() {
  local line file=$root/etc/casemate/hardening.conf
  local setting='^(CASEMATE_[A-Z_]+)=("([^"]*)"|'"'([^']*)'|([^\"']*))\$"
  [ -f "$file" ] || return 0
  while read -r line || [ -n "$line" ]; do
    case $line in '' | \#* | \;*) continue ;; esac
    [[ $line =~ $setting ]] || die "$file: not understood: $line"
    printf -v "${BASH_REMATCH[1]}" '%s' "${BASH_REMATCH[3]}${BASH_REMATCH[4]}${BASH_REMATCH[5]}"
  done <"$file"
}

# --- what was there ---------------------------------------------------------------------------------------------------------

net_first() { if [ "$can_lock_out" = yes ] && [ "$mode" = apply ]; then safety_net; fi; }

note() { # KIND WORD... : one line of the journal, on the disk before anything is touched; fields are separated by tabs
  net_first
  local IFS=$'\t'
  if ! { kept_place && printf '%s\n' "$*" >>"$layer/journal" && sync "$layer/journal"; }; then
    die "what was there cannot be noted in $layer: is the disk full?"
  fi
}

kept_place() { mkdir -p "$layer/saved" && chmod 700 "$state" "$layer"; }

noted() { # KIND WORD : whether that was noted before
  [ -f "$layer/journal" ] && awk -F '\t' -v kind="$1" -v word="$2" '$1 == kind && $2 == word { found = 1 } END { exit !found }' "$layer/journal"
}

# save FILE : a copy of it on the disk, in $layer/saved/$copy.
save() {
  kept_place || die "there is no place for what is there, $layer: it stays as it is"
  copy=$(find "$layer/saved" -mindepth 1 -maxdepth 1 | wc -l)
  if ! { cp -aT -- "$1" "$layer/saved/$copy" && on_disk "$layer/saved/$copy" && sync "$layer/saved"; }; then
    rm -rf -- "$layer/saved/$copy"
    die "$1 cannot be saved in $layer: is the disk full? It stays as it is"
  fi
}

on_disk() { [ -L "$1" ] || sync "$1"; } # a link has no content to wait for: its name is the directory's

# Remembers a path as it is, once, and the directories above it that are not there.
remember() {
  local path=$1 above copy
  noted file "$path" || noted absent "$path" && return 0
  if [ -e "$root$path" ] || [ -L "$root$path" ]; then
    save "$root$path"
    note file "$path" "$copy"
  else
    net_first # it makes some of the directories itself
    above=$(dirname "$path")
    local -a missing=()
    while [ ! -d "$root$above" ]; do
      missing=("$above" "${missing[@]}")
      above=$(dirname "$above")
    done
    for above in "${missing[@]}"; do
      note dir "$above"
      mkdir "$root$above" || die "the directory $above cannot be made"
    done
    note absent "$path"
  fi
}

# What a path is now, so that undo knows whether somebody else has changed it since.
wrote() { note wrote "$1" "$(signature "$1")"; }
signature() { sum "$root$1"; }
sum() { # FILE
  if [ -L "$1" ]; then
    printf 'link %s' "$(readlink "$1")"
  elif [ -f "$1" ]; then
    sha256sum <"$1"
  fi
}

written() { # PATH : the signature of what apply wrote there last
  local kind path what last=
  while IFS=$'\t' read -r kind path what; do
    if [ "$kind" = wrote ] && [ "$path" = "$1" ]; then last=$what; fi
  done <"$layer/journal"
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

# put_back PATH SAVED : as it was, under another name first: a power cut leaves the one or the other. What an undo that did not
# come to its end has put back is nobody else's.
put_back() {
  local to=$1
  if foreign "$1" && [ "$(signature "$1")" != "$(sum "$layer/saved/$2")" ]; then
    to=$1.casemate-before
    say "$1 was changed since by somebody else and stays as it is; what was there before is $to: take back by hand what is ours"
  fi
  cp -aT -- "$layer/saved/$2" "$root$to.casemate-new" && mv -fT -- "$root$to.casemate-new" "$root$to"
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
  new=$(mktemp "$root$(dirname "$path")/.casemate.XXXXXX") && printf '%s' "$content" >"$new" && chmod "$permissions" "$new" &&
    take_place "$new" "$path"
}

take_place() { # NEW PATH : a file that is complete, under its name
  if ! { sync "$1" && mv -f -- "$1" "$root$2"; }; then
    rm -f -- "$1"
    die "$2 cannot be written"
  fi
  labelled "$2"
  wrote "$2"
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
  new=$(mktemp "$root$(dirname "$path")/.casemate.XXXXXX") && cp -p -- "$root$path" "$new" && printf '%s' "${content%.}" >"$new" &&
    take_place "$new" "$path"
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
  { ln -sfn -- "$2" "$root$1.casemate-new" && mv -fT -- "$root$1.casemate-new" "$root$1"; } || die "$1 cannot be made"
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
  printf '%s\n' "$value" 2>/dev/null >"$where" || trouble "the kernel refused $key = $value: it stays $now"
}

sysctl_file() { printf '# Written by casemate hardening, point %s\n%s' "$point" "$sysctls" | file "/etc/sysctl.d/zz-casemate-$point.conf" 644; }

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
  local taken
  for taken in "$state/since" "$state"; do
    layer=$taken
    [ ! -f "$layer/journal" ] || undo_layer || return
  done
  say 'undone'
}

# undo_layer : takes back what $layer notes, the last first. What could not be put back is still there, for a second try.
undo_layer() {
  local lines unit kind path rest
  local -a active=()
  rest_net
  lines=$(tac "$layer/journal") || die "$layer/journal cannot be read"
  # a pipe, since a package's scriptlet may run where there is no /dev/fd
  printf '%s\n' "$lines" | while IFS=$'\t' read -r kind path rest; do take_back; done
  if live; then systemctl daemon-reload 2>/dev/null || true; fi
  for unit in "${active[@]}"; do
    if unit_there "$unit"; then systemctl start "$unit" || trouble "$unit did not start again"; fi
  done
  if declare -F after_undo >/dev/null; then after_undo; fi
  if [ "$troubles" -gt 0 ]; then
    keep_net
    trouble "not all could be taken back: what was there is kept in $layer; mend what is told above and try again"
    return 1
  fi
  rm -rf -- "$layer"
  remove_directories "$(dirname "$state")"
}

take_back() { # one line of the journal: $kind, $path, $rest
  case $kind in
    file) put_back "$path" "$rest" || trouble "$path could not be put back" ;;
    absent)
      # the net stays spread as long as something of what it catches does
      if of_net "$path" && [ "$troubles" -gt 0 ]; then return; fi
      take_away "$path" || trouble "$path could not be removed"
      ;;
    dir) printf '%s\n' "$path" >>"$(dirname "$state")/directories" || trouble "$path stays: it cannot be noted" ;;
    sysctl) printf '%s\n' "$rest" 2>/dev/null >"$root/proc/sys/${path//.//}" || say "$path stays until the next boot: the kernel takes it one way only" ;;
    active) active+=("$path") ;;
    *) if declare -F "undo_$kind" >/dev/null; then "undo_$kind" "$path" "$rest" || trouble "$kind $path could not be put back"; fi ;;
  esac
}

finish() {
  case $mode in
    undo | confirm | revert)
      "$mode"
      exit
      ;;
  esac
  if [ "$mode" = apply ] && unconfirmed; then safety_net; fi
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
