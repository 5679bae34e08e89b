# shellcheck shell=bash disable=SC2154 # lib.sh sets point, root, state, layer and mode
# Sourced by lib.sh: the safety net below the points that can lock somebody out. A timer takes such a point back ten minutes after
# it was applied, and after a boot in between, unless somebody confirms. It is spread before anything is touched, and decided by
# what is there and not by what one run did: an apply that was cut short has a net, too.
#
# What comes after a confirmation is noted in a layer of its own ($state/since), so that taking it back leaves what was confirmed.

net=casemate-harden-revert-$point net_spread=no
units=/etc/systemd/system

unconfirmed() { # whether something is applied that waits for its confirmation
  [ "$can_lock_out" = yes ] || return 1
  [ -f "$state/since/journal" ] || { [ -f "$state/journal" ] && [ ! -e "$state/confirmed" ]; }
}

# The timer is started at each boot by its link, and counts from its start: OnBootSec= would be over on a machine that has been up
# for longer, and fire at once.
safety_net() {
  local here
  [ "$net_spread" = no ] || return 0
  net_spread=yes
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  printf '[Unit]\nDescription=Takes back the hardening of %s: nobody confirmed it\n\n[Service]\nType=oneshot\nExecStart=%s/harden --revert %s\n' \
    "$point" "$here" "$point" | file "$units/$net.service" 644
  printf '[Unit]\nDescription=Waits for: harden --confirm %s\n\n[Timer]\nOnActiveSec=10min\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n' \
    "$point" | file "$units/$net.timer" 644
  link "$units/timers.target.wants/$net.timer" "../$net.timer"
  if live && ! { systemctl daemon-reload && systemctl restart "$net.timer"; }; then
    revert
    die 'the safety net cannot be spread, so nothing that needs it is applied'
  fi
  say "will be taken back in 10 minutes unless you run, from a new login: $here/harden --confirm $point"
}

of_net() { [[ $1 == */"$net".* ]]; } # PATH

rest_net() { if live && [ -e "$units/$net.timer" ]; then systemctl stop "$net.timer" || true; fi; }
# for another try in ten minutes
keep_net() { if live && [ -e "$units/$net.timer" ]; then systemctl start "$net.timer" || true; fi; }

remove_net() {
  rest_net
  rm -f -- "$root$units/timers.target.wants/$net.timer" "$root$units/$net.timer" "$root$units/$net.service" || die 'the safety net cannot be removed'
  if live; then systemctl daemon-reload || true; fi
}

confirm() {
  if [ "$can_lock_out" = no ]; then
    say 'needs no confirmation'
  elif unconfirmed; then
    [ "$layer" = "$state" ] || merge
    : >"$state/confirmed" || die 'the confirmation cannot be noted'
    remove_net
    say 'confirmed'
  elif [ -e "$state/confirmed" ]; then
    remove_net
    say 'was confirmed before'
  else
    say 'nothing to confirm: it is not applied, or was taken back'
    exit 3
  fi
}

# What was there before the first apply is what undo puts back: of the newer layer counts what the older one does not know.
merge() {
  local kind path rest newer=$state/since copy
  layer=$state
  while IFS=$'\t' read -r kind path rest; do
    case $kind in
      file | absent) if noted file "$path" || noted absent "$path"; then continue; fi ;;
      wrote | dir) ;;
      *) if noted "$kind" "$path"; then continue; fi ;;
    esac
    if [ "$kind" = file ]; then
      save "$newer/saved/$rest"
      rest=$copy
    fi
    note "$kind" "$path" "$rest"
  done <"$newer/journal"
  rm -rf -- "$newer"
}

revert() {
  [ "$can_lock_out" = yes ] || return 0
  if [ ! -e "$state/confirmed" ]; then
    undo
  elif [ -f "$state/since/journal" ]; then
    layer=$state/since
    undo_layer || return
    say 'what nobody confirmed is undone; what was confirmed before stays'
  else
    remove_net
    say 'all is confirmed: nothing is taken back'
  fi
}
