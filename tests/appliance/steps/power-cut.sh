# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154
# Power is cut while the server writes: nothing that it acknowledged is lost.
T=120 guest 'i=0; while :; do i=$((i + 1)); api POST kv/data/row "{\"data\":{\"n\":\"$i\"}}" | grep -q created_time && echo $i; done' >"$WORK/acknowledged" 2>/dev/null &
writer=$!
sleep 60
check "the power is cut while it writes" $vm/stop -9
wait "$writer"
last=$(tail -n 1 "$WORK/acknowledged")
check "some writes were acknowledged" test "${last:-0}" -gt 3
check "it boots" boot
check "and unseals" long 'until_open 600'
check "nothing acknowledged is lost" guest "found=\$(api GET kv/data/row | sed -n 's/.*\"n\": *\"\([0-9]*\)\".*/\1/p'); echo found \$found of $last; [ \"\$found\" -ge $last ]"
figure "power cut: acknowledged, found" "$last, $(guest "api GET kv/data/row | sed -n 's/.*\"n\": *\"\([0-9]*\)\".*/\1/p'")"
