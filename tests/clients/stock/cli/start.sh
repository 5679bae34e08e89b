# shellcheck shell=bash disable=SC2154,SC2034
# Sourced by cli_session.sh: from nothing to an open server and a token at hand.
says "$(basename "$cli" | sed 's/^v/V/;s/^b/(Open)?B/')" version
refuses 2 'Initialized +false' status
if [ "$kind" = hsm ]; then
  timeout 60 "$cli" operator init -recovery-shares=3 -recovery-threshold=2 -format=json >init.json 2>init.err
else
  timeout 60 "$cli" operator init -key-shares=3 -key-threshold=2 -format=json >init.json 2>init.err
fi
code=$? out=$(cat init.err)
judge 'operator init' "$code"
[ "$code" = 0 ] || exit 1
share() {
  /usr/bin/python3 -c 'import json, sys; i = json.load(open("init.json")); print((i["recovery_keys_b64"] or i["unseal_keys_b64"])[int(sys.argv[1])])' "$1"
}
root=$(/usr/bin/python3 -c 'import json; print(json.load(open("init.json"))["root_token"])')
if [ "$kind" = shamir ]; then
  refuses 2 'Sealed +true' status
  says 'Unseal Progress +1/2' operator unseal "$(share 0)"
  says 'Sealed +false' operator unseal "$(share 1)"
fi
opened
says 'Initialized +true.*Sealed +false' status
says '"sealed": false' status -format=json
says 'initialized' operator init -status
refuses 2 'already initialized' operator init
says 'You are now authenticated' login "$root"
says 'policies +\["root"\]' login -method=token "token=$root"
says "^$root" print token
says '"type": "(pkcs11|shamir)"' read sys/seal-status -format=json
